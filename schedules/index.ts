/** Schedules: read, checked, and asked what is due. Pure: time comes in, ticks and the next deadline go out. */
export { DueTable } from './due-table.js';
export type { Due } from './due-table.js';
export { cronProblem, NextRun, zoneProblem } from './next-run.js';
export { MONITOR_FILE_SCHEMA } from './monitor-schema.js';
export { readMonitors } from './read-monitors.js';
export { POLICY_FILE_SCHEMA, policyRules, readPolicies } from './read-policies.js';
export { readSchedules } from './read-schedules.js';
export type { Schedule } from './schedule.js';
export { SCHEDULE_FILE_SCHEMA } from './schema.js';
export { readWindows, WINDOW_FILE_SCHEMA } from './read-windows.js';
export { closedFor } from './windows.js';
export { scheduleChain, tickEvents } from './tick.js';
export type { Tick } from './tick.js';
