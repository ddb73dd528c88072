// Both sides of the broker at a glance.
import { LivePart, Part, html, link, nothing } from '../base.js';
import { api, store } from '../store.js';
import { figure, title } from '../parts.js';
import { legend } from '../chart.js';
import { bytes, count, micros, percent, rate, short } from '../format.js';
import { logSnippets, queueSnippets } from '../snippets.js';

const LOG_LINES = [
  { label: 'produced', color: '--log', filled: true },
  { label: 'fetched', color: '--log', dashed: true },
];
const QUEUE_LINES = [
  { label: 'published', color: '--queue', filled: true },
  { label: 'delivered', color: '--queue', dashed: true },
];

class OverviewPage extends LivePart {
  static properties = { overview: { state: true }, failure: { state: true } };

  async connectedCallback() {
    super.connectedCallback();
    try {
      this.overview = await api('/overview');
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  render() {
    const { overview } = this;
    if (!overview) return this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing;
    const sample = store.sample ?? overview.now[0];
    if (!sample) return nothing;
    const fresh = sample.log.topics === 0 && sample.queue.queues === 0;
    return html`
      ${title('Overview', '', 'Kafka and AMQP clients, one process, one storage engine.')}
      ${fresh ? this.#connect(true) : nothing} ${this.#sides(sample)} ${this.#storage(sample.storage)}
      ${fresh ? nothing : this.#connect(false)}
    `;
  }

  #sides({ log, queue }) {
    const { at, recordsIn, recordsOut, published, delivered } = store.history;
    const seconds = at.map((ms) => (ms - at[at.length - 1]) / 1000);
    const top = Math.max(0, ...recordsIn, ...recordsOut, ...published, ...delivered) * 1.1;
    return html`<div class="sides">
      <section class="card log" aria-labelledby="log-side">
        <div class="side-head">
          <h2 id="log-side"><span class="dot"></span>Log<span class="protocol">Kafka</span></h2>
          <a href=${link('topics')}>Topics</a>
        </div>
        <div class="hero num">${rate(log.recordsInPerSecond)}<span class="unit">records/s in</span></div>
        <tandem-chart
          .data=${[seconds, recordsIn, recordsOut]}
          .lines=${LOG_LINES}
          .top=${top}
          group="overview"
          label="Records a second, produced and fetched"
        ></tandem-chart>
        ${legend(LOG_LINES, [log.recordsInPerSecond, log.recordsOutPerSecond])}
        <dl class="figures">
          ${figure('Topics', count(log.topics), `${count(log.partitions)} partitions`)}
          ${figure('Records', short(log.records), bytes(log.storedBytes))}
          ${figure('Groups', count(log.groups), `lag ${short(log.lag)}`)}
          ${figure('Connections', count(log.connections))}
        </dl>
      </section>
      <section class="card queue" aria-labelledby="queue-side">
        <div class="side-head">
          <h2 id="queue-side"><span class="dot"></span>Queue<span class="protocol">AMQP</span></h2>
          <a href=${link('queues')}>Queues</a>
        </div>
        <div class="hero num">${rate(queue.publishedPerSecond)}<span class="unit">messages/s in</span></div>
        <tandem-chart
          .data=${[seconds, published, delivered]}
          .lines=${QUEUE_LINES}
          .top=${top}
          group="overview"
          label="Messages a second, published and delivered"
        ></tandem-chart>
        ${legend(QUEUE_LINES, [queue.publishedPerSecond, queue.deliveredPerSecond])}
        <dl class="figures">
          ${figure('Queues', count(queue.queues), `${count(queue.consumers)} consumers`)}
          ${figure('Ready', short(queue.ready), bytes(queue.storedBytes))}
          ${figure('Unacked', short(queue.unacked))}
          ${figure('Connections', count(queue.connections), `${count(queue.channels)} channels`)}
        </dl>
        ${queue.unroutableDropped > 0
          ? html`<p class="note">
              <a href=${link('unroutable')}>${count(queue.unroutableDropped)} messages found no queue</a> and were dropped.
            </p>`
          : nothing}
      </section>
    </div>`;
  }

  #storage(storage) {
    const durable = this.overview.durability === 'always';
    return html`<section class="card" aria-labelledby="storage">
      <div class="side-head">
        <h2 id="storage">Storage<span class="protocol">both sides</span></h2>
        <span class="badge" title="storage.sync">${durable ? 'acks after fsync' : 'acks before fsync'}</span>
      </div>
      ${storage.alarm ? html`<p class="note alarm" role="alert">${storage.alarm}</p>` : nothing}
      <dl class="figures wide">
        ${figure('On disk', bytes(storage.diskBytes), `${bytes(storage.diskFreeBytes)} free`)}
        ${figure('Written', `${bytes(storage.bytesWrittenPerSecond)}/s`)}
        ${figure('Commits', `${rate(storage.commitsPerSecond)}/s`, `${rate(storage.commitGroupsPerSecond)} groups/s, ${rate(storage.commitsPerGroup)} each`)}
        ${figure('Syncs', `${rate(storage.syncsPerSecond)}/s`, `p50 ${micros(storage.syncP50Micros)}, p99 ${micros(storage.syncP99Micros)}`)}
        ${figure('Reads from memory', percent(storage.tailCacheHitRatio))}
        ${figure('In flight', bytes(storage.inFlightBytes))}
      </dl>
    </section>`;
  }

  #connect(fresh) {
    const { kafkaBootstrap, amqpUri } = this.overview.addresses;
    return html`<section class="connect" aria-labelledby="connect">
      <h2 id="connect">${fresh ? 'Connect your first client' : 'Connect'}</h2>
      ${fresh
        ? html`<p class="quiet">
            Nothing is stored yet. Use the client library you already have; paste either program, or both. Or let the
            console be the client: to <a href=${link('compare')}>compare a log with a queue</a> takes fifteen seconds.
          </p>`
        : nothing}
      <div class="sides">
        <snippet-card
          class="card log"
          heading="Kafka"
          .address=${kafkaBootstrap}
          .snippets=${logSnippets(kafkaBootstrap)}
        ></snippet-card>
        <snippet-card
          class="card queue"
          heading="AMQP 0-9-1"
          .address=${amqpUri}
          .snippets=${queueSnippets(amqpUri)}
        ></snippet-card>
      </div>
      <p class="quiet places">
        Console <code>${location.origin}</code> · API <code>/api/v1</code> · metrics <a href="/metrics">/metrics</a> ·
        data in <code>${this.overview.dataDir}</code>
      </p>
    </section>`;
  }
}

customElements.define('overview-page', OverviewPage);

/** An address and programs that use it. */
class SnippetCard extends Part {
  static properties = {
    heading: {},
    address: {},
    snippets: { attribute: false },
    chosen: { state: true },
  };

  render() {
    const names = Object.keys(this.snippets);
    const chosen = this.chosen ?? names[0];
    return html`
      <div class="address">
        <span class="dot"></span><span class="sr">${this.heading} address</span><code>${this.address}</code>
        <copy-text .text=${this.address} label="${this.heading} address"></copy-text>
      </div>
      <div class="tabs" role="tablist" aria-label="${this.heading} programs">
        ${names.map(
          (name) => html`<button
            role="tab"
            aria-selected=${name === chosen}
            tabindex=${name === chosen ? 0 : -1}
            @click=${() => (this.chosen = name)}
            @keydown=${(event) => this.#arrow(event, names)}
          >
            ${name}
          </button>`,
        )}
      </div>
      <div class="snippet" role="tabpanel" aria-label=${chosen}>
        <pre tabindex="0">${this.snippets[chosen]}</pre>
        <copy-text .text=${this.snippets[chosen]} label="program"></copy-text>
      </div>
    `;
  }

  #arrow(event, names) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const now = names.indexOf(this.chosen ?? names[0]);
    this.chosen = names[(now + step + names.length) % names.length];
    this.updateComplete.then(() => this.querySelector('[aria-selected=true]').focus());
  }
}

customElements.define('snippet-card', SnippetCard);
