// A list of the API: filter, sort and pages are the server's work, so ten thousand rows cost as much as a hundred.
import { Part, html, nothing } from './base.js';
import { api, store } from './store.js';
import { count } from './format.js';

const PAGE = 50;

export class ListTable extends Part {
  static properties = {
    path: {},
    noun: {},
    /** [{ label, sort, number, cell: (row) => template }] */
    columns: { attribute: false },
    sort: {},
    empty: { attribute: false },
    filter: { state: true },
    offset: { state: true },
    page: { state: true },
    failure: { state: true },
  };

  #asked = 0;
  #ticks = 0;
  #typing = 0;
  #onSample = () => {
    // Every other second is plenty for a table.
    this.#ticks += 1;
    if (this.#ticks % 2 === 0) this.load();
  };

  constructor() {
    super();
    this.columns = [];
    this.sort = '';
    this.filter = '';
    this.offset = 0;
    this.page = null;
    this.failure = '';
    this.noun = 'rows';
  }

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener('sample', this.#onSample);
    this.load();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener('sample', this.#onSample);
  }

  async load() {
    const asked = ++this.#asked;
    const query = new URLSearchParams({ filter: this.filter, sort: this.sort, offset: this.offset, limit: PAGE });
    try {
      const page = await api(`${this.path}?${query}`);
      if (asked !== this.#asked) return;
      if (page.items.length === 0 && page.total > 0 && this.offset > 0) {
        this.offset = 0;
        this.load();
        return;
      }
      this.page = page;
      this.failure = '';
    } catch (failure) {
      if (asked === this.#asked) this.failure = failure.message;
    }
  }

  render() {
    const { page } = this;
    if (!page) return html`<p class="quiet">${this.failure || 'Loading…'}</p>`;
    if (page.all === 0) return html`<div class="empty">${this.empty ?? `No ${this.noun} yet.`}</div>`;
    return html`
      <div class="list-tools">
        <label class="filter">
          <span class="sr">Filter ${this.noun}</span>
          <input type="search" placeholder="Filter ${this.noun}" .value=${this.filter} @input=${this.#filtered} />
        </label>
        <span class="quiet num" role="status">
          ${page.total === page.all ? count(page.all) : `${count(page.total)} of ${count(page.all)}`} ${this.noun}
        </span>
      </div>
      ${this.failure ? html`<p class="bad" role="alert">${this.failure}</p>` : nothing}
      <div class="scroll" tabindex="0" role="region" aria-label=${this.noun}>
        <table>
          <thead>
            <tr>
              ${this.columns.map((column) => this.#head(column))}
            </tr>
          </thead>
          <tbody>
            ${page.items.map(
              (row) => html`<tr>
                ${this.columns.map(
                  (column) => html`<td class=${column.number ? 'num' : ''}>${column.cell(row)}</td>`,
                )}
              </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${page.total === 0 ? html`<p class="quiet">Nothing matches “${this.filter}”.</p>` : nothing}
      ${page.total > PAGE ? this.#pager() : nothing}
    `;
  }

  #head(column) {
    if (!column.sort) return html`<th scope="col" class=${column.number ? 'num' : ''}>${column.label}</th>`;
    const up = this.sort === column.sort;
    const down = this.sort === `-${column.sort}`;
    return html`<th
      scope="col"
      class=${column.number ? 'num' : ''}
      aria-sort=${up ? 'ascending' : down ? 'descending' : 'none'}
    >
      <button class="sort" @click=${() => this.#sortBy(column, up, down)}>
        ${column.label}<span aria-hidden="true">${up ? ' ↑' : down ? ' ↓' : ''}</span>
      </button>
    </th>`;
  }

  #sortBy(column, up, down) {
    if (column.number) this.sort = down ? column.sort : `-${column.sort}`;
    else this.sort = up ? `-${column.sort}` : column.sort;
    this.offset = 0;
    this.load();
  }

  #pager() {
    const { total } = this.page;
    const last = Math.floor((total - 1) / PAGE) * PAGE;
    const go = (offset) => () => {
      this.offset = Math.min(Math.max(0, offset), last);
      this.load();
    };
    return html`<nav class="pager" aria-label="Pages">
      <button ?disabled=${this.offset === 0} @click=${go(0)}>First</button>
      <button ?disabled=${this.offset === 0} @click=${go(this.offset - PAGE)}>Previous</button>
      <span class="num">${count(this.offset + 1)}–${count(Math.min(this.offset + PAGE, total))} of ${count(total)}</span>
      <button ?disabled=${this.offset >= last} @click=${go(this.offset + PAGE)}>Next</button>
      <button ?disabled=${this.offset >= last} @click=${go(last)}>Last</button>
    </nav>`;
  }

  #filtered(event) {
    this.filter = event.target.value;
    this.offset = 0;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.load(), 120);
  }
}

customElements.define('list-table', ListTable);
