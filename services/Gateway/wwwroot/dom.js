// Elements are built, never parsed from text: nothing a workflow contains can become markup.
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, '');
    else if (value !== false && value != null) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

const KINDS = {
  SUCCESS: 'good', ERROR: 'bad', TIMEOUT: 'bad', RUNNING: 'busy', NEW: 'busy', RETRYING: 'busy', PAUSED: 'busy',
  WAITING_FOR_HUMAN: 'busy', WAITING_INPUT: 'busy',
};

export const status = (text) => el('span', { class: `status ${KINDS[text] ?? ''}` }, text && text !== 'IDLE' ? text.replaceAll('_', ' ').toLowerCase() : 'never run');

export const table = (heads, rows, ifEmpty) => el('div', { class: 'card' }, rows.length === 0
  ? el('p', { class: 'empty' }, ifEmpty)
  : el('table', {},
    el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col' }, head)))),
    el('tbody', {}, rows.map((cells) => el('tr', {}, cells.map((cell) => el('td', {}, cell ?? '')))))));

/** Epoch milliseconds or RFC 3339. */
export const moment = (value) => (value ? new Date(value).toLocaleString() : '');

const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3, hourCycle: 'h23' };

export const clock = (value) => (value ? new Date(value).toLocaleTimeString(undefined, CLOCK) : '');

export function duration(start, end) {
  if (!start) return '';
  const milliseconds = (end ?? Date.now()) - start;
  return milliseconds < 1000 ? `${milliseconds} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
