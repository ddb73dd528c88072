// The same messages through a log and through a queue: choose, start, watch, read.
import { Part, html, nothing } from '../base.js';
import { act, api, store } from '../store.js';
import { figure, title } from '../parts.js';
import { bytes, count, micros, rate, short } from '../format.js';

const SIDES = [
  { side: 'log', name: 'Log', what: 'Kafka topic and consumer group' },
  { side: 'queue', name: 'Queue', what: 'AMQP queue with acknowledgements' },
];
const THROUGHPUT_LINES = [
  { label: 'log', color: '--log', filled: true, gaps: false },
  { label: 'queue', color: '--queue', filled: true, gaps: false },
];
const QUANTILES = [
  ['p50', 'p50'],
  ['p90', 'p90'],
  ['p99', 'p99'],
  ['p999', 'p99.9'],
  ['max', 'max'],
];
const SIZES = [
  [100, '100 bytes'],
  [1024, '1 KiB'],
  [10240, '10 KiB'],
  [102400, '100 KiB'],
];
const PHASES = { 'warm-up': 'warming up', maximum: 'full speed', rate: 'equal rate' };
const REFRESH_MILLIS = 100;

class ComparePage extends Part {
  static properties = { run: { state: true }, preset: { state: true }, failure: { state: true } };

  #drawing = 0;
  #onLab = ({ detail }) => {
    if (detail.state) {
      this.run = { ...detail.state, samples: detail.state.id === this.run?.id ? this.run.samples : [] };
    } else if (this.run) {
      this.run.samples.push(detail.sample);
      this.#redrawSoon();
    }
  };

  constructor() {
    super();
    this.run = null;
    this.preset = null;
    this.failure = '';
  }

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener('lab', this.#onLab);
    this.#load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener('lab', this.#onLab);
    clearTimeout(this.#drawing);
    this.#drawing = 0;
  }

  async #load() {
    try {
      const { run, preset } = await api('/lab');
      this.preset = preset;
      this.run = run;
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  #redrawSoon() {
    this.#drawing ||= setTimeout(() => {
      this.#drawing = 0;
      this.requestUpdate();
    }, REFRESH_MILLIS);
  }

  render() {
    if (!this.run) return this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing;
    const { run } = this;
    const running = run.status === 'running';
    return html`
      ${title('Compare', '', 'The same messages, the same durability: through a log, and through a queue.')}
      ${this.#form(running)} ${this.#status(run, running)}
      ${run.result ? this.#verdict(run.result) : nothing}
      ${run.status === 'idle' ? this.#explain() : html`${this.#lanes(run)} ${this.#chart(run)} ${this.#latencies(run)}`}
      ${run.result ? this.#details(run.result) : nothing}
    `;
  }

  #form(running) {
    const was = this.run.workload ?? this.preset;
    const byCount = was.messages > 0;
    return html`<form class="card workload" @submit=${this.#start}>
      <div class="quick">
        <button type="button" class="primary big" ?disabled=${running} @click=${() => this.#begin({})}>
          Run the quick comparison
        </button>
        <span class="quiet">about 15 seconds</span>
        <span class="badge">${this.run.durability === 'always' ? 'both lanes: acknowledged after fsync' : 'both lanes: acknowledged before fsync'}</span>
      </div>
      <details ?open=${was.name === 'own workload'}>
        <summary>Choose the workload</summary>
        <fieldset ?disabled=${running}>
          <legend class="sr">Workload</legend>
          <label>
            Message size
            <select name="messageSize">
              ${SIZES.map(([size, label]) => html`<option value=${size} ?selected=${size === was.messageSize}>${label}</option>`)}
              ${SIZES.some(([size]) => size === was.messageSize)
                ? nothing
                : html`<option value=${was.messageSize} selected>${bytes(was.messageSize)}</option>`}
            </select>
          </label>
          <label>
            Each round lasts
            <span class="pair">
              <input name="amount" type="number" min="0.2" step="any" required .value=${String(byCount ? was.messages : was.seconds)} />
              <select name="unit" aria-label="Unit of a round">
                <option value="seconds" ?selected=${!byCount}>seconds</option>
                <option value="messages" ?selected=${byCount}>messages</option>
              </select>
            </span>
          </label>
          <label>Rounds <input name="repeats" type="number" min="1" max="20" required .value=${String(was.repeats)} /></label>
          <label>Producers <input name="producers" type="number" min="1" max="32" required .value=${String(was.producers)} /></label>
          <label>Consumers <input name="consumers" type="number" min="1" max="32" required .value=${String(was.consumers)} /></label>
          <label>
            Messages/s
            <input name="rate" type="number" min="1" placeholder="find the maximum" .value=${was.rate > 0 ? String(was.rate) : ''} />
          </label>
          <label>In flight <input name="inFlight" type="number" min="1" max="65535" required .value=${String(was.inFlight)} /></label>
          <label>
            Lanes run
            <select name="order">
              <option value="alternating" ?selected=${was.order === 'alternating'}>by turns</option>
              <option value="together" ?selected=${was.order === 'together'}>at once, competing</option>
            </select>
          </label>
          <button class="run">Run this workload</button>
        </fieldset>
      </details>
    </form>`;
  }

  #status(run, running) {
    if (running) {
      return html`<div class="running card" role="status">
        <progress max="1" .value=${run.progress} aria-label="Progress"></progress>
        <span>${run.step}</span>
        <button class="danger" @click=${this.#stop}>Stop</button>
      </div>`;
    }
    if (run.status === 'failed') return html`<p class="bad" role="alert">The comparison failed: ${run.step}</p>`;
    if (run.status === 'stopped') return html`<p class="quiet" role="status">Stopped before its end; no verdict.</p>`;
    return nothing;
  }

  #verdict({ verdict }) {
    return html`<section class="card verdict" aria-labelledby="verdict">
      <h2 id="verdict">${verdict.quickLook ? html`Quick look <span class="protocol">a hint: few, short rounds</span>` : 'Verdict'}</h2>
      <p class="headline">${verdict.headline}</p>
      ${verdict.sentences.map((sentence) => html`<p class="quiet">${sentence}</p>`)}
    </section>`;
  }

  #lanes(run) {
    return html`<div class="sides">${SIDES.map((lane) => this.#lane(run, lane))}</div>`;
  }

  #lane(run, { side, name, what }) {
    const samples = run.samples.filter((sample) => sample.side === side);
    const last = samples.at(-1);
    const active = run.status === 'running' && run.samples.at(-1)?.side === side;
    const full = run.rounds.filter((round) => round.side === side && round.phase === 'maximum');
    const result = run.result?.[side];
    const best = result?.maximumPerSecond.median || median(full.map((round) => round.deliveredPerSecond));
    const shown = best || last?.deliveredPerSecond;
    const rated = run.rounds.filter((round) => round.side === side && round.phase === 'rate');
    const p99 = result ? result.endToEndLatency.p99 : median(rated.map((round) => round.endToEndLatency.p99));
    const round = run.rounds.filter((r) => r.side === side).at(-1);
    const kept = (result ?? round)?.afterDrain;
    const peak = (result ?? round)?.afterPublish;
    const wrong = (result?.lost ?? 0) + (result?.duplicated ?? 0) + (result?.outOfOrder ?? 0);
    return html`<section class="card ${side} ${active ? 'active' : ''}" aria-label="${name} lane">
      <div class="side-head">
        <h2><span class="dot"></span>${name}<span class="protocol">${what}</span></h2>
        ${active ? html`<span class="badge">${PHASES[last.phase]}</span>` : nothing}
      </div>
      <div class="hero num">${shown ? rate(shown) : '–'}<span class="unit">messages/s delivered</span></div>
      <dl class="figures">
        ${figure('p99 latency', p99 ? micros(p99) : '–', run.result ? `at ${short(run.result.commonRate)}/s` : 'at equal rate')}
        ${figure('Stored', peak && peak.bytes >= 0 ? bytes(peak.bytes) : last && last.storedBytes >= 0 ? bytes(last.storedBytes) : '–', 'after publishing')}
        ${figure('Remains', kept && kept.bytes >= 0 ? bytes(kept.bytes) : '–', kept && kept.messages >= 0 ? `${short(kept.messages)} messages` : 'after reading all')}
        ${result
          ? figure('Arrived', wrong === 0 ? 'all' : 'not all well', wrong === 0 ? 'once and in order' : wrongs(result))
          : figure('Behind', last ? short(last.backlog) : '–', 'sent, not yet received')}
      </dl>
    </section>`;
  }

  #chart(run) {
    const seconds = run.samples.map((sample) => sample.atMillis / 1000);
    const line = (side) => run.samples.map((sample) => (sample.side === side ? sample.deliveredPerSecond : null));
    const together = run.workload?.order === 'together';
    const latest = (side) => run.samples.filter((sample) => sample.side === side).at(-1)?.deliveredPerSecond;
    return html`<section class="card" aria-labelledby="throughput">
      <div class="side-head">
        <h2 id="throughput">Delivered<span class="protocol">messages/s, one axis for both</span></h2>
        <ul class="legend">
          ${SIDES.map(({ side, name }) => html`<li class=${side}><span class="swatch"></span>${name}<b>${latest(side) ? rate(latest(side)) : '–'}</b></li>`)}
        </ul>
      </div>
      <tandem-chart
        .data=${[seconds, line('log'), line('queue')]}
        .lines=${together ? THROUGHPUT_LINES.map((l) => ({ ...l, gaps: true })) : THROUGHPUT_LINES}
        .height=${220}
        elapsed
        label="Messages a second delivered by both lanes"
      ></tandem-chart>
    </section>`;
  }

  #latencies(run) {
    const of = (side, kind) => {
      if (run.result) return run.result[side][kind];
      const rounds = run.rounds.filter((round) => round.side === side);
      const rated = rounds.filter((round) => round.phase === 'rate');
      const sample = run.samples.filter((s) => s.side === side).at(-1);
      return rated.at(-1)?.[kind] ?? sample?.[kind];
    };
    const table = (kind, heading) => {
      const log = of('log', kind);
      const queue = of('queue', kind);
      const widest = Math.max(1, log?.max ?? 0, queue?.max ?? 0);
      return html`<section class="card" aria-label=${heading}>
        <h2>${heading}</h2>
        <table class="latency">
          <tbody>
            ${QUANTILES.map(
              ([key, label]) => html`<tr>
                <th scope="row">${label}</th>
                <td>
                  ${SIDES.map(({ side, name }) => bar(side, name, (side === 'log' ? log : queue)?.[key], widest))}
                </td>
              </tr>`,
            )}
          </tbody>
        </table>
      </section>`;
    };
    const note = run.result
      ? `Both lanes at ${count(run.result.commonRate)} messages/s on a fixed schedule; latency counts from the moment a message was meant to leave.`
      : 'Live figures of the running round; the result counts rounds at equal rate only.';
    return html`<h2 class="section">Latency</h2>
      <p class="quiet">${note}</p>
      <div class="sides">
        ${table('ackLatency', 'Publish to acknowledgement')} ${table('endToEndLatency', 'Publish to consumer')}
      </div>`;
  }

  #details(result) {
    const { workload } = result;
    return html`<details class="card">
      <summary>How it was measured</summary>
      <dl class="pairs">
        <dt>Durability</dt>
        <dd>
          ${result.durability === 'always' ? 'Acknowledged after fsync' : 'Acknowledged before fsync (storage.sync=os)'} in both lanes: acks=all and
          idempotence there, durable queue, persistent messages and confirms here
        </dd>
        <dt>Workload</dt>
        <dd>
          ${bytes(workload.messageSize)} messages, ${workload.producers} producers, ${workload.consumers} consumers,
          ${count(workload.inFlight)} in flight a producer, ${workload.repeats} rounds of
          ${workload.messages > 0 ? `${count(workload.messages)} messages` : `${workload.seconds} s`}
        </dd>
        <dt>Log lane</dt>
        <dd>
          ${workload.partitions || workload.consumers} partitions, linger ${workload.lingerMillis} ms, batches up to
          ${bytes(workload.batchBytes)}, offsets committed every ${workload.ackEvery} records
        </dd>
        <dt>Queue lane</dt>
        <dd>one queue, prefetch ${count(workload.inFlight)}, acknowledged every ${workload.ackEvery} messages</dd>
        <dt>Clients</dt>
        <dd>
          kafka-clients and amqp-client over loopback sockets, inside the broker's process: they share its heap and
          processors
        </dd>
        <dt>Lanes</dt>
        <dd>${workload.order === 'together' ? 'at once: they compete with each other' : 'by turns, the first one changing; warm-up, until a lane stops getting faster, is dropped'}</dd>
        <dt>Machine</dt>
        <dd>${result.environment}</dd>
        <dt>The same in a terminal</dt>
        <dd><code>./tandem compare</code></dd>
      </dl>
    </details>`;
  }

  #explain() {
    return html`<div class="sides explain">
      <section class="card log">
        <h2><span class="dot"></span>Log</h2>
        <p>Every record stays. Readers keep a number, their offset; ten groups read the same bytes, and any of them may go back.</p>
        <p class="quiet">Good for history, many readers, replay, order within a partition.</p>
      </section>
      <section class="card queue">
        <h2><span class="dot"></span>Queue</h2>
        <p>Every message goes to one consumer, which acknowledges it. What is acknowledged is gone; what is not comes back.</p>
        <p class="quiet">Good for work to be shared, retries of single messages, routing by key.</p>
      </section>
    </div>
    <p class="quiet">
      Both are stored by the same engine with the same fsync. This compares the two ways of working on Tandem, not Kafka
      with RabbitMQ. Everything is made under names that begin with <code>lab.</code> and removed afterwards.
    </p>`;
  }

  #start(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const number = (name) => Number(form.get(name));
    const byCount = form.get('unit') === 'messages';
    const body = {
      name: 'own workload',
      messageSize: number('messageSize'),
      messages: byCount ? Math.round(number('amount')) : 0,
      seconds: byCount ? this.preset.seconds : number('amount'),
      repeats: number('repeats'),
      producers: number('producers'),
      consumers: number('consumers'),
      rate: number('rate'),
      inFlight: number('inFlight'),
      ackEvery: Math.min(this.preset.ackEvery, number('inFlight')),
      order: form.get('order'),
    };
    this.#begin(body);
  }

  async #begin(body) {
    try {
      this.run = await api('/lab/runs', { method: 'POST', body });
    } catch (failure) {
      act(() => Promise.reject(failure), '');
    }
  }

  #stop = () => act(() => api('/lab/runs/current', { method: 'DELETE' }), (answer) => answer.message);
}

customElements.define('compare-page', ComparePage);

const median = (values) => {
  if (values.length === 0) return 0;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
};

const bar = (side, name, value, widest) => html`<div class="bar ${side}">
  <span class="sr">${name}</span>
  <meter min="0" max=${widest} value=${value ?? 0} aria-hidden="true"></meter>
  <span class="num">${value === undefined ? '–' : micros(value)}</span>
</div>`;

const wrongs = ({ lost, duplicated, outOfOrder }) =>
  `${count(lost)} lost, ${count(duplicated)} twice, ${count(outOfOrder)} out of order`;
