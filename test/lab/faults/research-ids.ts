/** The tables of injections that the lab's faults come from, as they stand there. */

/** Failure injections for the simulators: research, vendors §7. */
export const VENDOR_FAULTS: Readonly<Record<string, readonly string[]>> = {
  Console: [
    ...['echo-split', 'log-noise-after-prompt', 'wrong-password', 'enable-locked', 'pager-on', 'setup-dialog'],
    ...['autoinstall-noise', 'baud-mismatch-on-connect', 'frozen-console', 'console-drops-mid-transfer'],
    ...['slow-terminal', 'garbage-after-baud-change', 'idle-logout', 'standby-unit-console'],
  ],
  Gate: [
    ...['wrong-model-image', 'same-version', 'no-space', 'flash-readonly', 'class-b-must-erase', 'previous-missing'],
    ...['running-certified', 'config-modified', 'clock-1970', 'image-key-old', 'boot-image-missing-now'],
  ],
  Transfer: [
    ...['tftp-timeout', 'tftp-enoent', 'tftp-block-lost', 'tftp-wrap-32MB-blksize512', 'ftp-530', 'ftp-550'],
    ...['ftp-ascii-mode', 'http-404', 'scp-hostkey-changed', 'stall-at-N%', 'short-file', 'long-file', 'bit-flip'],
    ...['xmodem-never-C', 'xmodem-checksum-only', 'xmodem-NAK-every-k', 'xmodem-lost-ACK', 'xmodem-dup-block'],
    ...['xmodem-refuse-1k', 'xmodem-CAN-at-N', 'xmodem-EOT-NAK-once', 'xmodem-pad-kept', 'xmodem-pad-stripped'],
    ...['uart-overrun', 'baud-not-applied', 'erase-prompt', 'overwrite-prompt', 'ios-extra-confirm'],
  ],
  'Verify/activate': [
    ...['md5-mismatch', 'verify-timeout', 'boot-variable-rejected', 'old-boot-line-first', 'write-memory-fails'],
    ...['install-precheck-fails', 'install-auto-abort', 'signature-fail'],
    ...['certify-fails'],
  ],
  'Reload/boot': [
    ...['save-question', 'ap-question', 'no-reload', 'image-corrupt→rommon', 'missing-image→rommon'],
    ...['boots-old-image', 'boot-loop', 'slow-microcode', 'hang-after-decompress', 'two-stage-boot', 'alternate-media'],
    ...['autorollback', 'hostname-default-after-boot', 'interface-lost', 'serial-changed', 'power-fail-at-state-X'],
    ...['key-during-countdown-strands'],
  ],
  Recovery: [...['recovery-image-also-bad', 'no-ethernet', 'manual-boot-needed']],
};
