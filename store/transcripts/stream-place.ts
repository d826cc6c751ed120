/** Where what a reference names is kept: a console has a folder of its own, everything by job shares one. */
import type { TranscriptRef } from '../../core/ports/transcript-store.js';
import type { OpenJob } from '../jobs/job-table.js';
import type { PieceKind } from '../retention.js';

export interface StreamPlace {
  /** Below the data folder; one path segment each. */
  readonly path: readonly string[];
  readonly kind: PieceKind;
  /** Tells its lines from others of the same stream; empty where the stream is its own. */
  readonly key: string;
}

export const CONSOLE_FOLDER = 'console';
const TRANSCRIPT_FOLDER = 'transcripts';
/** Power-on texts and configurations: few, long, and each whole. */
const CAPTURE_FOLDER = 'captures';
export const JOB_FOLDERS: readonly string[] = [TRANSCRIPT_FOLDER, CAPTURE_FOLDER];

/** The place of a reference. */
export function placeOf(ref: TranscriptRef): StreamPlace {
  switch (ref.kind) {
    case 'console':
      return { path: [CONSOLE_FOLDER, folderOfPort(ref.portId)], kind: 'consoleLogs', key: '' };
    case 'transcript':
      return { path: [TRANSCRIPT_FOLDER], kind: 'transcripts', key: ref.jobId };
    case 'post':
    case 'recording':
    case 'running-config':
    case 'startup-config':
      return { path: [CAPTURE_FOLDER], kind: 'transcripts', key: JSON.stringify([ref.kind, ref.portId, ref.jobId]) };
  }
}

/** A port id as one path segment; dots too, so that no id is `.` or `..`. */
export function folderOfPort(portId: string): string {
  return encodeURIComponent(portId).replaceAll('.', '%2E');
}

/** Whether a key of a job folder belongs to one of these jobs. */
export function keyNames(key: string, jobs: readonly OpenJob[]): boolean {
  return jobs.some((job) => key === job.id || key.endsWith(`,${JSON.stringify(job.id)}]`));
}
