/** Faults of an ExtremeXOS upgrade (research: exos §6), where the general ones do not say the same. */
import type { FaultRow } from './fault-row.js';

export const EXOS_FAULTS = {
  'wrong-ip': { on: 'exos', what: 'nobody answers at the address of the server' },
  'link-loss-N%': { on: 'all', lasts: true, what: 'N % of the TFTP datagrams with data are lost, by a fixed seed' },
  'server-dies-at-N%': { on: 'all', what: 'the connection breaks at N % of the image' },
  'slow-link': { on: 'all', lasts: true, what: 'the link is slow; `effect`: bytes/s, default 1000' },
  'signature-unsigned': { on: 'exos', what: 'warning and question: the image is not signed' },
  'signature-nocert': { on: 'exos', what: 'warning and question: certificates are missing' },
  'signature-badcert': { on: 'exos', what: 'warning and question: certificates cannot be verified' },
  'signature-fatal': { on: 'exos', what: 'the signature error, without a question' },
  'core-dumps': { on: 'exos', what: 'the switch asks whether its core dumps may go before a download' },
  'unknown-question': { on: 'exos', what: 'a question that no vendor page knows comes before the download' },
  'question-split': { on: 'all', what: 'a question comes in three pieces, 30 ms apart' },
  'question-wrapped': { on: 'all', what: 'a question is broken at the margin; `effect`: columns, default 40' },
  'echo-twice': { on: 'all', what: 'a typed line is shown twice' },
  'mixed-stack': { on: 'stack', what: 'the last slot has selected another partition' },
  'slot-not-operational': {
    on: 'stack',
    lasts: true,
    what: 'the last slot is down: `show slot` says so, and the prompt has a `!`',
  },
  'master-failover': {
    on: 'stack',
    what: 'the master fails and slot 2 takes over: sessions end, and what ran is lost',
  },
  'selected-not-booted': { on: 'exos', what: 'somebody else selects the partition that is not selected' },
  'counter-repeats': { on: 'exos', lasts: true, what: 'the number in the prompt stands still' },
  'log-inside-dots': { on: 'exos', at: { output: 'Downloading to Switch' }, what: 'a log line comes between the dots' },
  'prompt-prefix': {
    on: 'exos',
    lasts: true,
    what: 'a text in parentheses stands before the prompt; `effect`: which, default `pacman debug`',
  },
  'session-drop-install-goes-on': {
    on: 'exos',
    at: { output: 'Installing to Switch' },
    what: 'the session ends during an install, which goes on',
  },
  'session-drop-install-stops': {
    on: 'exos',
    at: { output: 'Installing to Switch' },
    what: 'the session ends during an install, which stops',
  },
  'aaa-pending': { on: 'exos', what: 'the switch takes no login for ten minutes after its start' },
  'ssh-hostkey-changed': { on: 'all', what: 'the SSH server has another key after the next boot' },
  'ssh-gone': {
    on: 'all',
    lasts: true,
    at: { state: 'bootstrap' },
    what: 'no SSH after the next boot: its module is missing',
  },
  'slot-behind': { on: 'stack', what: 'one slot does not follow when a partition is selected' },
} as const satisfies Readonly<Record<string, FaultRow>>;
