// Server-sent events over fetch, because EventSource cannot send an Authorization header.
import { call } from './session.js';

/** Calls onEvent({id, type, data}) until the server ends the stream or the signal aborts; reconnects where it broke off. */
export async function follow(path, onEvent, signal) {
  let lastId = null;
  for (let failures = 0; !signal.aborted;) {
    try {
      const answer = await call(path, {
        signal,
        headers: { Accept: 'text/event-stream', ...(lastId && { 'Last-Event-ID': lastId }) },
      });
      failures = 0;
      for await (const event of events(answer.body)) {
        if (event.id) lastId = event.id;
        if (event.data) onEvent({ ...event, data: JSON.parse(event.data) });
      }
      return;
    } catch (error) {
      if (signal.aborted || (error.status >= 400 && error.status < 500)) throw error;
      failures += 1;
      await new Promise((done) => { setTimeout(done, Math.min(10_000, 500 * 2 ** failures)); });
    }
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const blocks = (rest + part.value).replaceAll('\r\n', '\n').split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) yield parse(block);
  }
}

function parse(block) {
  const event = { id: null, type: 'message', data: '' };
  for (const line of block.split('\n')) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === 'id') event.id = value;
    else if (field === 'event') event.type = value;
    else if (field === 'data') event.data += (event.data && '\n') + value;
  }
  return event;
}
