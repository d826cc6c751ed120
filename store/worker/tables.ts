/** What the store's thread holds: jobs.db with its tables, and the event segments. */
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { fail } from '../../core/errors/index.js';
import { ConfigTable } from '../configs/config-table.js';
import { EventSegments } from '../events/event-segments.js';
import { ImageTable } from '../images/image-table.js';
import { JobTable } from '../jobs/job-table.js';
import { jobsMigrations } from '../migrations/index.js';
import { VariableTable } from '../variables/variable-table.js';
import { openDatabase } from './database.js';
import { lockFolder } from './folder-lock.js';
import type { Request, WorkerSettings } from './messages.js';
import type { Call, Lane } from './request-loop.js';

/** The tables by the name that requests use. */
export interface Tables {
  readonly jobs: JobTable;
  readonly variables: VariableTable;
  readonly images: ImageTable;
  readonly configs: ConfigTable;
  readonly events: EventSegments;
}

export interface OpenedTables {
  readonly warnings: readonly string[];
  find(request: Request): Call;
  close(): void;
}

const WRITES: Readonly<Record<string, readonly string[]>> = {
  jobs: JobTable.writes,
  variables: VariableTable.writes,
  images: ImageTable.writes,
  configs: ConfigTable.writes,
  events: EventSegments.writes,
};

/** Errors: DATA_FOLDER_BUSY, STORE_NEWER, STORE_DAMAGED, STORE_FAILED. */
export function openTables({ dataDir, eventSegmentBytes }: WorkerSettings): OpenedTables {
  const lock = lockFolder(dataDir);
  const opened: { close(): void }[] = [lock];
  try {
    const jobsDb = openDatabase({ file: join(dataDir, 'jobs.db'), migrations: jobsMigrations, isChecked: true });
    opened.push(jobsDb);
    const events = new EventSegments({ folder: join(dataDir, 'events'), segmentBytes: eventSegmentBytes });
    opened.push({
      close: () => {
        events.stop();
      },
    });
    const warnings = events.start();
    const find = finder(tablesOf(jobsDb, events), { connection: () => jobsDb }, events);
    return {
      warnings,
      find,
      close: () => {
        closeAll(opened);
      },
    };
  } catch (error) {
    closeAll(opened);
    throw error;
  }
}

function tablesOf(jobsDb: Database, events: EventSegments): Tables {
  return {
    ...{ jobs: new JobTable(jobsDb), variables: new VariableTable(jobsDb), images: new ImageTable(jobsDb) },
    ...{ configs: new ConfigTable(jobsDb), events },
  };
}

function finder(tables: Tables, jobsLane: Lane, eventsLane: Lane): (request: Request) => Call {
  const byName = new Map<string, object>(Object.entries(tables));
  return ({ table, method, args }) => {
    const owner = byName.get(table);
    const found: unknown = owner && Reflect.get(owner, method);
    if (!owner || typeof found !== 'function') throw fail('STORE_FAILED', { reason: `there is no ${table}.${method}` });
    return {
      lane: table === 'events' ? eventsLane : jobsLane,
      isWrite: WRITES[table]?.includes(method) ?? false,
      run: (): unknown => Reflect.apply(found, owner, args),
    };
  };
}

/** The lock last: nobody may open the folder before the databases are closed. */
function closeAll(opened: readonly { close(): void }[]): void {
  for (const part of [...opened].reverse()) part.close();
}
