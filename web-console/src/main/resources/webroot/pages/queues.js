// Queues, and one queue with its bindings.
import { LivePart, Part, html, link, nothing } from '../base.js';
import { act, api, store } from '../store.js';
import { figure, tags, title } from '../parts.js';
import { bytes, count, rate } from '../format.js';

const features = (queue) =>
  tags([
    queue.durable ? 'durable' : 'transient',
    queue.exclusive && 'exclusive',
    queue.autoDelete && 'auto-delete',
    ...Object.keys(queue.arguments),
  ]);

const COLUMNS = [
  {
    label: 'Queue',
    sort: 'name',
    cell: ({ queue }) => html`<a href=${link('queues', queue.vhost, queue.name)}>${queue.name}</a>`,
  },
  { label: 'Vhost', sort: 'vhost', cell: ({ queue }) => queue.vhost },
  { label: 'Features', cell: ({ queue }) => features(queue) },
  { label: 'Ready', sort: 'ready', number: true, cell: ({ queue }) => count(queue.ready) },
  { label: 'Unacked', sort: 'unacked', number: true, cell: ({ queue }) => count(queue.unacked) },
  { label: 'Consumers', sort: 'consumers', number: true, cell: ({ queue }) => count(queue.consumers) },
  { label: 'In/s', number: true, cell: ({ rates }) => rate(rates.published) },
  { label: 'Out/s', number: true, cell: ({ rates }) => rate(rates.delivered) },
  { label: 'Size', sort: 'size', number: true, cell: ({ queue }) => bytes(queue.storedBytes) },
];

class QueuesPage extends Part {
  render() {
    return html`
      ${title('Queues', 'queue', 'Each message goes to one consumer and is gone from the queue once acknowledged.')}
      <list-table
        path="/queues"
        noun="queues"
        .columns=${COLUMNS}
        .empty=${html`No queues yet. An AMQP client declares one; <a href="#/">the overview</a> has programs to paste.`}
      ></list-table>
    `;
  }
}

customElements.define('queues-page', QueuesPage);

class QueuePage extends LivePart {
  static properties = { vhost: {}, name: {}, detail: { state: true }, failure: { state: true } };

  #refresh = () => this.load();

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener('sample', this.#refresh);
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener('sample', this.#refresh);
  }

  get #path() {
    return `/queues/${encodeURIComponent(this.vhost)}/${encodeURIComponent(this.name)}`;
  }

  async load() {
    try {
      this.detail = await api(this.#path);
      this.failure = '';
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  render() {
    return html`
      <a class="back" href="#/queues">Queues</a>
      ${title(this.name, 'queue', `in vhost ${this.vhost}`)}
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${this.detail ? this.#show(this.detail) : nothing}
    `;
  }

  #show({ queue, rates, bindings }) {
    return html`
      <section class="card">
        <p>${features(queue)}</p>
        <dl class="figures wide">
          ${figure('Ready', count(queue.ready))} ${figure('Unacked', count(queue.unacked))}
          ${figure('Consumers', count(queue.consumers))} ${figure('In', `${rate(rates.published)}/s`)}
          ${figure('Out', `${rate(rates.delivered)}/s`)} ${figure('Acknowledged', `${rate(rates.acknowledged)}/s`)}
          ${figure('Size', bytes(queue.storedBytes))} ${figure('Redelivered', count(queue.redelivered), 'since start')}
        </dl>
      </section>
      <h2>Bindings</h2>
      ${bindings.length === 0
        ? html`<p class="quiet">
            Only the default exchange reaches this queue: publish to exchange “” with routing key <code>${queue.name}</code>.
          </p>`
        : html`<ul class="bindings">
            ${bindings.slice(0, 200).map(
              (b) => html`<li><b>${b.source}</b><code class="key">${b.routingKey || '(no key)'}</code><b>${queue.name}</b></li>`,
            )}
          </ul>`}
      ${Object.keys(queue.arguments).length > 0
        ? html`<h2>Arguments</h2>
            <dl class="pairs">
              ${Object.entries(queue.arguments).map(
                ([key, value]) => html`<dt><code>${key}</code></dt><dd><code>${JSON.stringify(value)}</code></dd>`,
              )}
            </dl>`
        : nothing}
      <div class="actions end">
        <sure-button
          label="Purge"
          question="Discard ${count(queue.ready)} ready messages of “${queue.name}”?"
          .action=${this.#purge}
        ></sure-button>
        <sure-button
          label="Delete queue"
          question="Delete “${queue.name}” with its messages?"
          .action=${this.#delete}
        ></sure-button>
      </div>
    `;
  }

  #purge = async () => {
    await act(
      () => api(`${this.#path}/messages`, { method: 'DELETE' }),
      (answer) => `${count(answer.messages)} messages of queue '${this.name}' discarded`,
    );
    this.load();
  };

  #delete = async () => {
    const gone = await act(
      () => api(this.#path, { method: 'DELETE' }),
      (answer) => `queue '${this.name}' deleted with ${count(answer.messages)} messages`,
    );
    if (gone) location.hash = '#/queues';
  };
}

customElements.define('queue-page', QueuePage);
