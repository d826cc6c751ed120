/** What a Linux console says: getty, shells, busybox. Sources: util-linux login, busybox ash, Linux kernel reboot messages. */
import type { DialogTable } from '../../core/dialog-table.js';

export const linuxDialog: DialogTable = {
  lineEnding: '\r',
  prompts: [
    { state: 'login', pattern: '^(?:[\\w.-]+ )?login: ?$' },
    { state: 'password', pattern: '^(?:\\[sudo\\] )?[Pp]assword(?: for \\S+)?: ?$' },
    { state: 'exec', pattern: '^[\\w@.~:/\\[\\] -]{0,80}# ?$' },
    { state: 'user', pattern: '^[\\w@.~:/\\[\\] -]{0,80}\\$ ?$' },
  ],
  pagers: [{ pattern: '--More--(?:\\(\\d+%\\))? ?$', answer: ' ' }],
  questions: [],
  failures: [
    { pattern: 'server error: \\(1\\)|File not found', class: 'remoteFile' },
    { pattern: 'server error: \\(2\\)|Access violation', class: 'refused' },
    // busybox wget: `wget: server returned error: HTTP/1.1 404 Not Found`; GNU wget says it likewise in words of its own.
    { pattern: '^wget: server returned error: HTTP/1\\.\\d 4(?:04|10) ', class: 'remoteFile' },
    { pattern: '^wget: server returned error: HTTP/1\\.\\d 4\\d\\d ', class: 'refused' },
    {
      pattern:
        '^wget: (?:server returned error: HTTP/1\\.\\d 5\\d\\d |connection closed|error getting response|can.t connect|bad address)',
      class: 'transport',
    },
    // busybox ftpget and ftpput: `unexpected server response to RETR: 550 …`.
    { pattern: '^ftp(?:get|put): .*: 5(?:50|51|53) ', class: 'remoteFile' },
    { pattern: '^ftp(?:get|put): .*: 53\\d ', class: 'refused' },
    { pattern: '^ftp(?:get|put): .*: [45]52 ', class: 'space' },
    { pattern: '^ftp(?:get|put): .*: [45]\\d\\d ', class: 'transport' },
    { pattern: 'No space left on device', class: 'space' },
    {
      pattern:
        'tftp: (?:timeout|server error|sendto|read error)|Connection (?:refused|timed out)|Network is unreachable|No route to host',
      class: 'transport',
    },
    { pattern: 'Read-only file system|Permission denied|not found$|No such file or directory', class: 'refused' },
  ],
  noise: ['^\\[ *\\d+\\.\\d{6}\\] .*$'],
  countdowns: ['Hit any key to stop autoboot'],
  bootStarts: ['^U-Boot (?:SPL )?\\d{4}\\.\\d{2}', 'reboot: Restarting system', '^Starting kernel'],
  secrets: [],
};
