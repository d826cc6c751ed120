/** Formats of the databases, oldest first: place 0 makes format 1. What is here never changes; a new format is a new file. */
import { sql as events0001 } from './events/0001-first.js';
import { sql as jobs0001 } from './jobs/0001-first.js';
import { sql as jobs0002 } from './jobs/0002-configs.js';
import { sql as jobs0003 } from './jobs/0003-vendor-hash.js';

export const jobsMigrations: readonly string[] = [jobs0001, jobs0002, jobs0003];
export const eventsMigrations: readonly string[] = [events0001];
