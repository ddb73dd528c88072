// The page's one connection to the broker's live data, and its calls to the API.
const KEPT = 300;

class Store extends EventTarget {
  sample = null;
  connected = false;
  history = { at: [], recordsIn: [], recordsOut: [], published: [], delivered: [] };

  connect() {
    const stream = new EventSource('/api/v1/live');
    stream.onopen = () => this.#online(true);
    stream.onerror = () => this.#online(false);
    stream.addEventListener('history', (event) => {
      this.history = JSON.parse(event.data);
      this.#tell('sample');
    });
    stream.addEventListener('sample', (event) => this.#take(JSON.parse(event.data)));
    stream.addEventListener('lab', (event) => {
      this.dispatchEvent(new CustomEvent('lab', { detail: JSON.parse(event.data) }));
    });
  }

  #take(sample) {
    this.sample = sample;
    const { at } = this.history;
    if (at.length === 0 || sample.at > at[at.length - 1]) {
      this.#push('at', sample.at);
      this.#push('recordsIn', sample.log.recordsInPerSecond);
      this.#push('recordsOut', sample.log.recordsOutPerSecond);
      this.#push('published', sample.queue.publishedPerSecond);
      this.#push('delivered', sample.queue.deliveredPerSecond);
    }
    this.#tell('sample');
  }

  #push(key, value) {
    this.history[key].push(value);
    if (this.history[key].length > KEPT) this.history[key].shift();
  }

  #online(connected) {
    this.connected = connected;
    this.#tell('online');
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}

export const store = new Store();

/** Calls the API; a refusal becomes an Error that carries the broker's sentence. */
export async function api(path, { method = 'GET', body } = {}) {
  let response;
  try {
    response = await fetch(`/api/v1${path}`, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Error('The broker does not answer.');
  }
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.error?.message ?? `The broker answered ${response.status}.`);
  return answer;
}

/** Shows a sentence at the foot of the page. */
export function say(text, bad = false) {
  store.dispatchEvent(new CustomEvent('say', { detail: { text, bad } }));
}

/** Does something the user asked for and says how it went. */
export async function act(work, done) {
  try {
    const answer = await work();
    say(typeof done === 'function' ? done(answer) : done);
    return true;
  } catch (failure) {
    say(failure.message, true);
    return false;
  }
}
