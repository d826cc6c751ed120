/** Reads server-sent events (WHATWG HTML §9.2.6) as far as our node sends them: `id` and one `data` line of JSON. */
import type { Event } from '../core/event.js';

export interface StreamedEvent {
  /** Place in the node's history; absent for story lines and progress. */
  readonly seq?: number;
  readonly event: Event;
}

/** Longest frame that is believed: a node sends events of some kilobytes. Characters. */
const FRAME_LIMIT = 4 * 1024 * 1024;

/** Ends when the connection does; throws where it breaks. */
export async function* readFrames(body: AsyncIterable<Uint8Array>): AsyncGenerator<StreamedEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const frame = parseFrame(text.slice(0, end));
      text = text.slice(end + 2);
      if (frame !== undefined) yield frame;
    }
    if (text.length > FRAME_LIMIT) throw new RangeError('a frame of the event stream is too long');
  }
}

function parseFrame(frame: string): StreamedEvent | undefined {
  const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
  const data = field('data');
  if (data === undefined) return undefined;
  const id = field('id');
  return { event: JSON.parse(data) as Event, ...(id === undefined ? {} : { seq: Number(id) }) };
}
