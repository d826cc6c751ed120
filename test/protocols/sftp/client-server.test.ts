import { expect } from 'chai';
import { SftpBring } from '../../../protocols/sftp/bring.js';
import type { SftpBringOutput } from '../../../protocols/sftp/bring.js';
import { SftpFetch } from '../../../protocols/sftp/fetch.js';
import type { SftpFetchOutput } from '../../../protocols/sftp/fetch.js';
import { seededBytes } from '../xmodem/noisy-line.js';
import { MemoryServer, cut } from './conversation.js';

interface Fetched {
  readonly content: Uint8Array;
  readonly end: SftpFetchOutput | undefined;
  readonly sends: number;
}

/** Fetches from `server`; every stream is cut into pieces of at most `most` bytes. */
function fetchAll(server: MemoryServer, most: number, offset = 0, path = 'ab/image.bin'): Fetched {
  const client = new SftpFetch(path);
  const pieces: Uint8Array[] = [];
  let [end, sends]: [SftpFetchOutput | undefined, number] = [undefined, 0];
  const inbox: SftpFetchOutput[] = [...client.start()];
  for (let output = inbox.shift(); output !== undefined; output = inbox.shift()) {
    switch (output.kind) {
      case 'send':
        sends += 1;
        for (const request of cut(output.bytes, most)) {
          for (const answer of cut(server.answer(request), most)) {
            inbox.push(...client.handle({ kind: 'bytes', bytes: answer }));
          }
        }
        break;
      case 'size':
        inbox.push(...client.handle({ kind: 'start', offset }));
        break;
      case 'data':
        pieces.push(output.bytes.slice());
        inbox.push(...client.handle({ kind: 'taken', lengthBytes: output.bytes.length }));
        break;
      default:
        end = output;
    }
  }
  return { content: Buffer.concat(pieces), end, sends };
}

interface Brought {
  readonly end: SftpBringOutput | undefined;
  readonly progress: readonly number[];
}

function bringAll(server: MemoryServer, content: Uint8Array, most: number, resume = false): Brought {
  const client = new SftpBring({ path: 'ab/image.bin', resume });
  const progress: number[] = [];
  let at = 0;
  let end: SftpBringOutput | undefined;
  const inbox: SftpBringOutput[] = [...client.start()];
  for (let output = inbox.shift(); output !== undefined; output = inbox.shift()) {
    switch (output.kind) {
      case 'send':
        for (const request of cut(output.bytes, most)) {
          for (const answer of cut(server.answer(request), most)) {
            inbox.push(...client.handle({ kind: 'bytes', bytes: answer }));
          }
        }
        break;
      case 'held': {
        const { sizeBytes, tail } = output;
        const same = Buffer.from(content.subarray(sizeBytes - tail.length, sizeBytes)).equals(tail);
        at = tail.length > 0 && same ? sizeBytes : 0;
        inbox.push(...client.handle({ kind: 'start', offset: at }));
        break;
      }
      case 'needData': {
        const bytes = content.subarray(at, at + Math.min(output.maxBytes, 60_000));
        at += bytes.length;
        inbox.push(...client.handle({ kind: 'data', bytes, last: at === content.length }));
        break;
      }
      case 'progress':
        progress.push(output.bytes);
        break;
      default:
        end = output;
    }
  }
  return { end, progress };
}

describe('SFTP client and server', () => {
  const SIZES = [0, 1, 32_767, 32_768, 32_769, 261_119, 261_120, 261_121, 1_000_003];

  for (const sizeBytes of SIZES) {
    it(`moves ${sizeBytes} bytes both ways`, () => {
      const content = seededBytes(sizeBytes, sizeBytes);
      const reader = new MemoryServer(content, 'read');
      const fetched = fetchAll(reader, 50_000);
      expect(fetched.end).to.deep.equal({ kind: 'done', sizeBytes });
      expect(Buffer.from(content).equals(fetched.content)).to.equal(true);
      expect(reader.events.at(-1)).to.deep.equal({ kind: 'fetched', bytes: sizeBytes, complete: true });
      const writer = new MemoryServer(new Uint8Array(0), 'write');
      expect(bringAll(writer, content, 50_000).end).to.deep.equal({ kind: 'done', sizeBytes });
      expect(Buffer.from(content).equals(writer.content)).to.equal(true);
      expect(writer.events.at(-1)).to.deep.equal({ kind: 'close' });
    });
  }

  it('moves a file byte by byte', () => {
    const content = seededBytes(3, 5000);
    const fetched = fetchAll(new MemoryServer(content, 'read'), 1);
    expect(Buffer.from(content).equals(fetched.content)).to.equal(true);
    const writer = new MemoryServer(new Uint8Array(0), 'write');
    expect(bringAll(writer, content, 1).end?.kind).to.equal('done');
    expect(Buffer.from(content).equals(writer.content)).to.equal(true);
  });

  it('fetches the rest alone, and says that it was all of it', () => {
    const content = seededBytes(4, 700_000);
    const server = new MemoryServer(content, 'read');
    const { content: rest } = fetchAll(server, 50_000, 600_000);
    expect(Buffer.from(content.subarray(600_000)).equals(rest)).to.equal(true);
    expect(server.events[0]).to.deep.equal({ kind: 'began', offset: 600_000 });
    expect(server.events.at(-1)).to.deep.equal({ kind: 'fetched', bytes: 700_000, complete: true });
  });

  it('acknowledges what was brought in order, without a step back', () => {
    const content = seededBytes(5, 900_000);
    const { progress } = bringAll(new MemoryServer(new Uint8Array(0), 'write'), content, 50_000);
    expect(progress.at(-1)).to.equal(900_000);
    expect([...progress].sort((a, b) => a - b)).to.deep.equal(progress);
  });

  it('takes a refusal, a full disk and a wrong name as what they are', () => {
    const missing = fetchAll(new MemoryServer(seededBytes(6, 100), 'read'), 50_000, 0, '../../etc/passwd');
    expect(missing.end).to.include({ kind: 'failed', reason: 'status', code: 2 });
    const readOnly = bringAll(new MemoryServer(seededBytes(6, 100), 'read'), seededBytes(7, 100), 50_000);
    expect(readOnly.end).to.include({ kind: 'failed', reason: 'status', code: 3 });
    const full = new MemoryServer(new Uint8Array(0), 'write');
    full.fullAtBytes = 100_000;
    expect(bringAll(full, seededBytes(8, 300_000), 50_000).end).to.include({
      kind: 'failed',
      reason: 'status',
      code: 4,
    });
  });
});
