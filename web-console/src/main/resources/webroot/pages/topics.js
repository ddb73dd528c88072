// Topics, and one topic with its partitions.
import { LivePart, Part, html, link, nothing } from '../base.js';
import { act, api, store } from '../store.js';
import { figure, title } from '../parts.js';
import { bytes, count, rate } from '../format.js';

const COLUMNS = [
  { label: 'Topic', sort: 'name', cell: (row) => html`<a href=${link('topics', row.name)}>${row.name}</a>` },
  { label: 'Partitions', sort: 'partitions', number: true, cell: (row) => count(row.partitions) },
  { label: 'Records', sort: 'records', number: true, cell: (row) => count(row.records) },
  { label: 'Records/s', number: true, cell: (row) => rate(row.recordsPerSecond) },
  { label: 'Size', sort: 'size', number: true, cell: (row) => bytes(row.storedBytes) },
];

class TopicsPage extends Part {
  static properties = { creating: { state: true } };

  render() {
    return html`
      ${title('Topics', 'log', 'Append-only logs. Reading removes nothing; every group keeps its own place.')}
      <div class="actions">
        ${this.creating
          ? html`<form class="inline card" @submit=${this.#create}>
              <label>Name <input name="name" required maxlength="249" pattern="[A-Za-z0-9._\\-]+" /></label>
              <label>Partitions <input name="partitions" type="number" min="1" max="10000" value="1" required /></label>
              <button class="primary">Create topic</button>
              <button type="button" @click=${() => (this.creating = false)}>Cancel</button>
            </form>`
          : html`<button @click=${this.#open}>New topic</button>`}
      </div>
      <list-table
        path="/topics"
        noun="topics"
        .columns=${COLUMNS}
        .empty=${html`No topics yet. A Kafka producer creates one by writing to it; <a href="#/">the overview</a> has
          programs to paste.`}
      ></list-table>
    `;
  }

  #open() {
    this.creating = true;
    this.updateComplete.then(() => this.querySelector('input')?.focus());
  }

  async #create(event) {
    event.preventDefault();
    const form = new FormData(event.target);
    const body = { name: form.get('name'), partitions: Number(form.get('partitions')) };
    const done = await act(
      () => api('/topics', { method: 'POST', body }),
      (answer) => answer.message,
    );
    if (done) {
      this.creating = false;
      this.querySelector('list-table').load();
    }
  }
}

customElements.define('topics-page', TopicsPage);

const SHOWN_PARTITIONS = 200;

class TopicPage extends LivePart {
  static properties = { name: {}, detail: { state: true }, failure: { state: true } };

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
      this.detail = await api(`/topics/${encodeURIComponent(this.name)}`);
      this.failure = '';
    } catch (failure) {
      this.failure = failure.message;
    }
  }

  render() {
    const { detail } = this;
    return html`
      <a class="back" href="#/topics">Topics</a>
      ${title(this.name, 'log')}
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      ${detail ? this.#show(detail) : nothing}
    `;
  }

  #show({ topic, id, partitions, configs }) {
    return html`
      <section class="card">
        <dl class="figures wide">
          ${figure('Records', count(topic.records))} ${figure('In', `${rate(topic.recordsPerSecond)}/s`)}
          ${figure('Size', bytes(topic.storedBytes))} ${figure('Partitions', count(topic.partitions))}
        </dl>
        <p class="quiet small">Topic id <code>${id}</code></p>
      </section>
      <div class="scroll" tabindex="0" role="region" aria-label="Partitions">
        <table>
          <thead>
            <tr>
              <th scope="col" class="num">Partition</th>
              <th scope="col" class="num">First offset</th>
              <th scope="col" class="num">End offset</th>
              <th scope="col" class="num">Records</th>
              <th scope="col" class="num">Size</th>
            </tr>
          </thead>
          <tbody>
            ${partitions.slice(0, SHOWN_PARTITIONS).map(
              (p) => html`<tr>
                <td class="num">${p.partition}</td>
                <td class="num">${count(p.startOffset)}</td>
                <td class="num">${count(p.highWatermark)}</td>
                <td class="num">${count(p.highWatermark - p.startOffset)}</td>
                <td class="num">${bytes(p.sizeBytes)}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${partitions.length > SHOWN_PARTITIONS
        ? html`<p class="quiet">The first ${SHOWN_PARTITIONS} of ${count(partitions.length)} partitions.</p>`
        : nothing}
      ${Object.keys(configs).length > 0
        ? html`<h2>Configs</h2>
            <dl class="pairs">
              ${Object.entries(configs).map(([key, value]) => html`<dt><code>${key}</code></dt><dd><code>${value}</code></dd>`)}
            </dl>`
        : nothing}
      <div class="actions end">
        <sure-button
          label="Delete topic"
          question="Delete “${topic.name}” with all its records?"
          .action=${this.#delete}
        ></sure-button>
      </div>
    `;
  }

  #delete = async () => {
    const path = `/topics/${encodeURIComponent(this.name)}`;
    if (await act(() => api(path, { method: 'DELETE' }), (answer) => answer.message)) location.hash = '#/topics';
  };
}

customElements.define('topic-page', TopicPage);
