// What every part of the console begins with: Lit, without shadow roots, so that one style sheet serves all.
import { LitElement, html, nothing } from 'lit';
import { store } from './store.js';

export { html, nothing };

export class Part extends LitElement {
  createRenderRoot() {
    return this;
  }
}

/** A part that draws itself again with every sample. */
export class LivePart extends Part {
  #redraw = () => this.requestUpdate();

  connectedCallback() {
    super.connectedCallback();
    store.addEventListener('sample', this.#redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    store.removeEventListener('sample', this.#redraw);
  }
}

/** The path of a page, every part of it encoded. */
export const link = (...parts) => `#/${parts.map(encodeURIComponent).join('/')}`;
