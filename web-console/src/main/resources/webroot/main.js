// The frame: navigation, the page of the address, and what the broker has to say.
import { LivePart, Part, html, nothing } from './base.js';
import { api, store } from './store.js';
import './table.js';
import './parts.js';
import './chart.js';
import './pages/overview.js';
import './pages/topics.js';
import './pages/groups.js';
import './pages/queues.js';
import './pages/exchanges.js';
import './pages/connections.js';
import './pages/compare.js';

const NAVIGATION = [
  { links: [['', 'Overview'], ['compare', 'Compare']] },
  { heading: 'Log', side: 'log', links: [['topics', 'Topics'], ['groups', 'Groups']] },
  {
    heading: 'Queue',
    side: 'queue',
    links: [['queues', 'Queues'], ['exchanges', 'Exchanges'], ['unroutable', 'Unroutable']],
  },
  { heading: 'Both', links: [['connections', 'Connections']] },
];

const PAGES = {
  '': () => html`<overview-page></overview-page>`,
  compare: () => html`<compare-page></compare-page>`,
  topics: (name) => (name ? html`<topic-page .name=${name}></topic-page>` : html`<topics-page></topics-page>`),
  groups: (name) => (name ? html`<group-page .name=${name}></group-page>` : html`<groups-page></groups-page>`),
  queues: (vhost, name) =>
    name ? html`<queue-page .vhost=${vhost} .name=${name}></queue-page>` : html`<queues-page></queues-page>`,
  exchanges: () => html`<exchanges-page></exchanges-page>`,
  unroutable: () => html`<unroutable-page></unroutable-page>`,
  connections: () => html`<connections-page></connections-page>`,
};

const route = () =>
  location.hash
    .replace(/^#\/?/, '')
    .split('/')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });

class TandemConsole extends LivePart {
  static properties = { route: { state: true }, version: { state: true }, menu: { state: true } };

  constructor() {
    super();
    this.route = route();
    this.menu = false;
    addEventListener('hashchange', () => {
      this.route = route();
      this.menu = false;
      this.updateComplete.then(() => this.querySelector('main').focus({ preventScroll: true }));
      scrollTo(0, 0);
    });
    store.addEventListener('online', () => this.requestUpdate());
  }

  async connectedCallback() {
    super.connectedCallback();
    store.connect();
    try {
      this.version = (await api('/overview')).version;
    } catch {
      // The page itself says that the broker does not answer.
    }
  }

  render() {
    const [page, ...names] = this.route;
    const draw = PAGES[page];
    document.title = page ? `${names.at(-1) ?? page} · Tandem` : 'Tandem';
    return html`
      <a class="skip" href="#main" @click=${this.#skip}>Skip to content</a>
      <aside class=${this.menu ? 'open' : ''}>
        <div class="brand">
          <a href="#/" aria-label="Tandem, overview">
            <svg viewBox="0 0 32 32" aria-hidden="true">
              <circle class="log" cx="11.5" cy="16" r="7.75" />
              <circle class="queue" cx="20.5" cy="16" r="7.75" />
            </svg>
            <span>Tandem</span>
          </a>
          <button class="menu" aria-expanded=${this.menu} @click=${() => (this.menu = !this.menu)}>Menu</button>
        </div>
        <nav aria-label="Pages">${NAVIGATION.map((group) => this.#group(group, page))}</nav>
        <footer>
          <span class="online ${store.connected ? 'yes' : 'no'}"
            ><span class="dot"></span>${store.connected ? 'live' : 'not connected'}</span
          >
          ${this.version ? html`<span>${this.version}</span>` : nothing}
        </footer>
      </aside>
      <main id="main" tabindex="-1">${draw ? draw(...names) : html`<p>There is no such page.</p>`}</main>
      <broker-says></broker-says>
    `;
  }

  #group({ heading, side, links }, page) {
    return html`${heading ? html`<h2 class=${side ?? ''}><span class="dot"></span>${heading}</h2>` : nothing}
      <ul>
        ${links.map(
          ([path, label]) => html`<li>
            <a href="#/${path}" aria-current=${path === page ? 'page' : nothing}>${label}</a>
          </li>`,
        )}
      </ul>`;
  }

  #skip(event) {
    event.preventDefault();
    this.querySelector('main').focus();
  }
}

/** The last thing the broker said about an action, for some seconds. */
class BrokerSays extends Part {
  static properties = { text: { state: true }, bad: { state: true } };

  #timer = 0;

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener('say', ({ detail }) => {
      this.text = detail.text;
      this.bad = detail.bad;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => (this.text = ''), detail.bad ? 10000 : 4000);
    });
  }

  render() {
    return html`<div class="toast ${this.text ? 'shown' : ''} ${this.bad ? 'bad' : ''}" role="status" aria-live="polite">
      ${this.text}
    </div>`;
  }
}

customElements.define('broker-says', BrokerSays);
customElements.define('tandem-console', TandemConsole);
