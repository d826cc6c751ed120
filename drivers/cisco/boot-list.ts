/**
 * The ordered `boot system` list of a router: its first line wins, and the running image stays as the second, a free way
 * back. Source: Cisco IOS Configuration Fundamentals, "Loading and managing system images".
 */
import type { DeviceCheck } from '../../core/device-check.js';
import type { ActivateProcedure, ConfigProcedure } from '../../core/driver.js';
import type { VerifyProcedure } from '../../core/verify-procedure.js';
import { say, VERIFY_SILENCE_MS } from './say.js';

export const WRITE_MEMORY = say('write memory', { success: '\\[OK\\]' });

/**
 * Somebody holds the configuration (`configuration mode exclusive`, IOS 12.3(14)T and on): what a push would write to the boot
 * list is refused, or is mixed with theirs. An older system does not know the command. Source: Cisco IOS Configuration
 * Fundamentals, "Exclusive Configuration Change Access and Access Session Locking".
 */
export const configurationLock: DeviceCheck = {
  exchange: say('show configuration lock', { ignoreFailures: true }),
  refuse: '^User\\s*: *(.*\\S)\\s*$[^]*?^State\\s*: *LOCKED',
  code: 'PUSH_CONFIG_SESSION',
};

export const bootList: ActivateProcedure = {
  kind: 'bootVariable',
  checks: [configurationLock],
  install: [],
  select: [
    say('configure terminal', { until: ['config'] }),
    say('no boot system', { until: ['config'] }),
    say('boot system {{fileSystem}}{{file}}', { until: ['config'] }),
    say('boot system {{oldImage:path}}', { until: ['config'] }),
    say('end', { until: ['exec'] }),
  ],
  selected: {
    exchange: say('show running-config | include ^boot system', {
      ignoreFailures: true,
      capture: { selected: '^boot system (?:switch (?:all|\\d+) )?(?:flash )?(\\S+)' },
    }),
    wanted: '{{fileSystem}}{{file}}',
  },
  undo: [
    say('configure terminal', { until: ['config'] }),
    say('no boot system', { until: ['config'] }),
    say('boot system {{oldImage:path}}', { until: ['config'] }),
    say('end', { until: ['exec'] }),
    WRITE_MEMORY,
  ],
  commit: [WRITE_MEMORY],
};

export const verifyMd5: VerifyProcedure = {
  algorithm: 'md5',
  exchange: say('verify /md5 {{fileSystem}}{{file}}', {
    silenceMs: VERIFY_SILENCE_MS,
    capture: { hash: '= ([0-9a-fA-F]{32})' },
  }),
};

export const iosConfig: ConfigProcedure = {
  running: say('show running-config', { ignoreFailures: true }),
  startup: say('show startup-config', { ignoreFailures: true }),
  // Some of its commands are not there on every model; the others still say what they have.
  tech: say('show tech-support', { ignoreFailures: true, totalMs: 30 * 60_000 }),
  save: [WRITE_MEMORY],
  volatile: [
    '^Building configuration',
    '^Current configuration',
    '^Using \\d+ out of',
    '^! Last configuration change',
    '^! NVRAM config last updated',
    '^ntp clock-period',
    '^\\s*$',
  ],
};
