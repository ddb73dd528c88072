// Exchanges with their bindings, and what no binding matched.
import { LivePart, Part, html, link, nothing } from '../base.js';
import { api, store } from '../store.js';
import { figure, tags, title } from '../parts.js';
import { count } from '../format.js';

const name = (exchange) => (exchange.name === '' ? html`<i>default</i>` : exchange.name);

const destination = (binding) =>
  binding.destinationKind === 'queue'
    ? html`<a href=${link('queues', binding.vhost, binding.destination)}>${binding.destination}</a>`
    : html`${binding.destination} <span class="tag">exchange</span>`;

const bindings = (row) => {
  if (row.exchange.name === '') return html`<span class="quiet">every queue, by its name</span>`;
  if (row.bindings === 0) return html`<span class="quiet">none</span>`;
  return html`<details>
    <summary>${count(row.bindings)}</summary>
    <ul class="bindings">
      ${row.firstBindings.map(
        (b) => html`<li><code class="key">${b.routingKey || '(no key)'}</code>${destination(b)}</li>`,
      )}
      ${row.bindings > row.firstBindings.length
        ? html`<li class="quiet">and ${count(row.bindings - row.firstBindings.length)} more</li>`
        : nothing}
    </ul>
  </details>`;
};

const COLUMNS = [
  { label: 'Exchange', sort: 'name', cell: (row) => name(row.exchange) },
  { label: 'Vhost', sort: 'vhost', cell: (row) => row.exchange.vhost },
  { label: 'Type', sort: 'type', cell: (row) => row.exchange.type },
  {
    label: 'Features',
    cell: ({ exchange }) =>
      tags([exchange.durable && 'durable', exchange.autoDelete && 'auto-delete', exchange.internal && 'internal']),
  },
  { label: 'Bindings', cell: bindings },
  { label: 'Published', sort: 'published', number: true, cell: (row) => count(row.exchange.published) },
  {
    label: 'Unroutable',
    sort: 'unroutable',
    number: true,
    cell: ({ exchange }) =>
      exchange.unroutable > 0 ? html`<a href="#/unroutable">${count(exchange.unroutable)}</a>` : '0',
  },
];

class ExchangesPage extends Part {
  render() {
    return html`
      ${title('Exchanges', 'queue', 'Publishers write to an exchange; its bindings decide which queues receive a copy.')}
      <list-table path="/exchanges" noun="exchanges" .columns=${COLUMNS}></list-table>
    `;
  }
}

customElements.define('exchanges-page', ExchangesPage);

class UnroutablePage extends LivePart {
  static properties = { unroutable: { state: true }, failure: { state: true } };

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

  async load() {
    try {
      this.unroutable = await api('/unroutable');
      this.failure = '';
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  render() {
    const { unroutable } = this;
    return html`
      ${title(
        'Unroutable',
        'queue',
        'Messages that no binding matched. A publisher that sets mandatory gets them back; all others are dropped, as in RabbitMQ.',
      )}
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${unroutable ? this.#show(unroutable) : nothing}
    `;
  }

  #show({ dropped, returned, reasons }) {
    return html`
      <section class="card">
        <dl class="figures wide">
          ${figure('Dropped', count(dropped), 'since start')} ${figure('Returned', count(returned), 'since start')}
        </dl>
      </section>
      ${reasons.length === 0
        ? html`<div class="empty">Every message found a queue.</div>`
        : html`<div class="scroll" tabindex="0" role="region" aria-label="Reasons">
            <table>
              <thead>
                <tr>
                  <th scope="col">Why</th>
                  <th scope="col" class="num">Dropped</th>
                </tr>
              </thead>
              <tbody>
                ${reasons.slice(0, 200).map(
                  ({ reason, messages }) => html`<tr>
                    <td>${reason}</td>
                    <td class="num">${count(messages)}</td>
                  </tr>`,
                )}
              </tbody>
            </table>
          </div>`}
    `;
  }
}

customElements.define('unroutable-page', UnroutablePage);
