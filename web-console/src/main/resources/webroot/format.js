// Numbers, bytes and times as the pages show them.
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export const count = (n) => whole.format(n ?? 0);

/** A rate with the precision a glance can use. */
export const rate = (n) => {
  const value = n ?? 0;
  if (value >= 100000) return compact.format(value);
  return value >= 100 || value === 0 ? whole.format(value) : tenth.format(value);
};

export const short = (n) => (Math.abs(n ?? 0) >= 10000 ? compact.format(n) : whole.format(n ?? 0));

export const bytes = (n) => {
  let value = n ?? 0;
  for (const unit of ['B', 'KiB', 'MiB', 'GiB', 'TiB']) {
    if (Math.abs(value) < 1024 || unit === 'TiB') {
      return `${value >= 100 || unit === 'B' ? whole.format(value) : tenth.format(value)} ${unit}`;
    }
    value /= 1024;
  }
  return '';
};

export const micros = (n) => {
  if (n === null || n === undefined) return '–';
  if (n < 1000) return `${whole.format(n)} µs`;
  if (n < 1e6) return `${n < 1e5 ? tenth.format(n / 1000) : whole.format(n / 1000)} ms`;
  return `${tenth.format(n / 1e6)} s`;
};

export const percent = (n) => `${tenth.format((n ?? 0) * 100)} %`;

export const since = (at) => {
  const seconds = Math.max(0, Math.round((Date.now() - at) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86400)} d`;
};
