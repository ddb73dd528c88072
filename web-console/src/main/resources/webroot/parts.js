// Small parts that several pages use.
import { Part, html, nothing } from './base.js';
import { say } from './store.js';

/** Text with a button that copies it. */
export class CopyText extends Part {
  static properties = { text: {}, label: {} };

  render() {
    return html`<button class="copy" @click=${this.#copy} aria-label="Copy ${this.label ?? 'text'}" title="Copy">
      <svg viewBox="0 0 16 16" aria-hidden="true">
        <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
        <path d="M10.5 3.5v-.25A1.25 1.25 0 0 0 9.25 2h-6A1.25 1.25 0 0 0 2 3.25v6a1.25 1.25 0 0 0 1.25 1.25h.25" />
      </svg>
    </button>`;
  }

  async #copy() {
    try {
      await navigator.clipboard.writeText(this.text);
      say('Copied.');
    } catch {
      say('The browser did not allow copying; select the text instead.', true);
    }
  }
}

customElements.define('copy-text', CopyText);

/** A button that asks once more before it does what it says. */
export class SureButton extends Part {
  static properties = { label: {}, question: {}, action: { attribute: false }, asking: { state: true } };

  render() {
    if (!this.asking) {
      return html`<button class="danger" @click=${() => this.#ask(true)}>${this.label}</button>`;
    }
    return html`<span class="sure" role="group" aria-label=${this.question}>
      <span>${this.question}</span>
      <button class="danger solid" @click=${this.#do}>${this.label}</button>
      <button @click=${() => this.#ask(false)}>Keep</button>
    </span>`;
  }

  #ask(asking) {
    this.asking = asking;
    this.updateComplete.then(() => this.querySelector(asking ? '.sure button:last-child' : 'button')?.focus());
  }

  #do() {
    this.asking = false;
    this.action();
  }
}

customElements.define('sure-button', SureButton);

/** One figure with its name. */
export const figure = (label, value, note) => html`<div class="figure">
  <dt>${label}</dt>
  <dd>${value}${note ? html`<span class="unit">${note}</span>` : nothing}</dd>
</div>`;

/** A page's title line. */
export const title = (text, side, sub) => html`<header class="title">
  <h1 class=${side ?? ''}>${text}</h1>
  ${sub ? html`<p class="quiet">${sub}</p>` : nothing}
</header>`;

/** Tags such as durable or exclusive. */
export const tags = (words) => words.filter(Boolean).map((word) => html`<span class="tag">${word}</span>`);
