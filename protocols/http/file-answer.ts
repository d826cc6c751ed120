/**
 * What a request for one file is answered with: status, fields and the parts of the body (RFC 9110 §14, §15). Several ranges go
 * out as `multipart/byteranges` (§14.6). `Content-Length` is always exact.
 */
import { etagOf, judge } from './conditions.js';
import type { Conditions } from './conditions.js';
import { attachment } from './disposition.js';
import { contentRange } from './range.js';
import type { ByteRange } from './range.js';

export interface ServedFile {
  readonly fileName: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly sha256?: string;
}

export interface FileAnswer {
  readonly status: 200 | 206 | 304 | 412 | 416;
  readonly headers: Readonly<Record<string, string | number>>;
  /** In order; framing as it is, file content as a range. Empty: no body. */
  readonly body: readonly (Uint8Array | ByteRange)[];
}

const TYPE = 'application/octet-stream';

/** `boundary` must not be guessable by who made the file: a random text. */
export function answerFile(
  method: 'GET' | 'HEAD',
  conditions: Conditions,
  file: ServedFile,
  boundary: string,
): FileAnswer {
  const { sizeBytes, fileName, sha256 } = file;
  const etag = etagOf(sha256);
  const tag: Record<string, string> = etag === undefined ? {} : { ETag: etag };
  const always = { 'Accept-Ranges': 'bytes', 'Cache-Control': 'no-store', ...tag };
  // §14.2: a server must ignore Range in anything but GET.
  const asked = method === 'GET' ? conditions : { ...conditions, range: undefined };
  const verdict = judge(asked, { sizeBytes, ...(etag === undefined ? {} : { etag }) });
  const named = { ...always, 'Content-Type': TYPE, 'Content-Disposition': attachment(fileName) };
  switch (verdict.kind) {
    case 'notModified':
      return { status: 304, headers: always, body: [] };
    case 'preconditionFailed':
      return { status: 412, headers: { ...always, 'Content-Length': 0 }, body: [] };
    case 'unsatisfiable': {
      const headers = { ...always, 'Content-Range': `bytes */${sizeBytes}`, 'Content-Length': 0 };
      return { status: 416, headers, body: [] };
    }
    case 'whole':
      return {
        status: 200,
        headers: { ...named, 'Content-Length': sizeBytes },
        body: method === 'GET' ? [{ offset: 0, endOffset: sizeBytes }] : [],
      };
    case 'ranges': {
      const [range, ...others] = verdict.ranges;
      if (range === undefined || others.length > 0) return multipart(verdict.ranges, sizeBytes, named, boundary);
      const length = {
        'Content-Range': contentRange(range, sizeBytes),
        'Content-Length': range.endOffset - range.offset,
      };
      return { status: 206, headers: { ...named, ...length }, body: [range] };
    }
  }
}

function multipart(
  ranges: readonly ByteRange[],
  sizeBytes: number,
  named: FileAnswer['headers'],
  boundary: string,
): FileAnswer {
  const text = new TextEncoder();
  const head = (range: ByteRange): Uint8Array =>
    text.encode(
      `\r\n--${boundary}\r\nContent-Type: ${TYPE}\r\nContent-Range: ${contentRange(range, sizeBytes)}\r\n\r\n`,
    );
  const body = [...ranges.flatMap((range) => [head(range), range]), text.encode(`\r\n--${boundary}--\r\n`)];
  const length = body.reduce((sum, part) => sum + lengthOf(part), 0);
  const type = { 'Content-Type': `multipart/byteranges; boundary=${boundary}`, 'Content-Length': length };
  return { status: 206, headers: { ...named, ...type }, body };
}

function lengthOf(part: Uint8Array | ByteRange): number {
  return 'offset' in part ? part.endOffset - part.offset : part.length;
}
