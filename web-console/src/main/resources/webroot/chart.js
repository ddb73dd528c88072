// Lines over time, drawn by uPlot in the colours of the page.
import { Part, html } from './base.js';
import { rate } from './format.js';

const dark = matchMedia('(prefers-color-scheme: dark)');

export class Chart extends Part {
  static properties = {
    /** [seconds, values of line 1, values of line 2, …]; seconds are 0 now and negative before, or elapsed */
    data: { attribute: false },
    /** [{ label, color: name of a custom property, dashed, filled }] */
    lines: { attribute: false },
    /** Top of the value axis, for charts that are to be compared. */
    top: { type: Number },
    label: {},
    height: { type: Number },
    elapsed: { type: Boolean },
    group: {},
  };

  #plot = null;
  #shape = '';
  #resize = new ResizeObserver(() => this.#fit());
  #recolor = () => {
    this.#drop();
    this.requestUpdate();
  };

  constructor() {
    super();
    this.data = [[]];
    this.lines = [];
    this.top = 0;
    this.height = 180;
    this.elapsed = false;
  }

  connectedCallback() {
    super.connectedCallback();
    dark.addEventListener('change', this.#recolor);
    this.#resize.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    dark.removeEventListener('change', this.#recolor);
    this.#resize.disconnect();
    this.#drop();
  }

  render() {
    return html`<div class="plot" role="img" aria-label=${this.label ?? 'chart'}></div>`;
  }

  updated() {
    const shape = JSON.stringify(this.lines);
    if (shape !== this.#shape) {
      this.#drop();
      this.#shape = shape;
    }
    if (this.#plot) {
      this.#plot.setData(this.data);
    } else if (this.clientWidth > 0) {
      this.#draw();
    }
  }

  #draw() {
    const style = getComputedStyle(this);
    const color = (name) => style.getPropertyValue(name).trim();
    const font = `11px ${style.fontFamily}`;
    const axis = {
      stroke: color('--muted'),
      font,
      grid: { stroke: color('--line-soft'), width: 1 },
      ticks: { show: false },
    };
    this.#plot = new window.uPlot(
      {
        width: this.clientWidth,
        height: this.height,
        padding: [8, 14, 0, 0],
        legend: { show: false },
        cursor: { y: false, points: { size: 6 }, sync: this.group ? { key: this.group } : undefined },
        scales: {
          x: { time: false, range: (plot, min, max) => this.#span(min, max) },
          y: { range: (plot, min, max) => [0, Math.max(this.top || 0, (max || 0) * 1.1, 10)] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 70,
            size: 26,
            values: (plot, values) => values.map((v) => this.#moment(v)),
          },
          { ...axis, size: 48, space: 36, values: (plot, values) => values.map((v) => rate(v)) },
        ],
        series: [
          {},
          ...this.lines.map((line) => ({
            label: line.label,
            stroke: color(line.color),
            width: 2,
            dash: line.dashed ? [4, 4] : undefined,
            fill: line.filled ? `${color(line.color)}1f` : undefined,
            points: { show: false },
            spanGaps: line.gaps ?? false,
          })),
        ],
      },
      this.data,
      this.querySelector('.plot'),
    );
  }

  /** Room for a minute at least, so that lines grow in from the right. */
  #span(min, max) {
    if (this.elapsed) return [min ?? 0, Math.max(max ?? 0, (min ?? 0) + 1)];
    return [Math.min(min ?? 0, -60), 0];
  }

  #moment(seconds) {
    if (seconds === 0 && !this.elapsed) return 'now';
    return Math.abs(seconds) < 120 ? `${seconds} s` : `${Math.round(seconds / 6) / 10} min`;
  }

  #fit() {
    if (!this.#plot) {
      this.requestUpdate();
    } else if (this.clientWidth > 0 && this.#plot.width !== this.clientWidth) {
      this.#plot.setSize({ width: this.clientWidth, height: this.height });
    }
  }

  #drop() {
    this.#plot?.destroy();
    this.#plot = null;
  }
}

customElements.define('tandem-chart', Chart);

/** Names of lines with their newest values. */
export const legend = (lines, values) => html`<ul class="legend">
  ${lines.map(
    (line, i) => html`<li class=${line.side}>
      <span class=${line.dashed ? 'swatch dashed' : 'swatch'}></span>${line.label}
      <b>${rate(values[i])}</b><span class="unit">/s</span>
    </li>`,
  )}
</ul>`;
