/** Settings that steer an OS push (Uplogix "config settings", research: vendors §1.3). Durations in milliseconds. */

/** Ways to move a file. `xmodem` and `ymodem` take the console line itself; all others use the network. */
export type TransferMethod = 'tftp' | 'ftp' | 'sftp' | 'scp' | 'http' | 'https' | 'xmodem' | 'ymodem';

export interface PushSettings {
  /** First choice of method. Default `tftp`. */
  readonly osPushMethod: TransferMethod;
  /** Second choice. Default `xmodem`. */
  readonly osPushAlternative: TransferMethod;
  /** Attempts after the first failure. Default 3. */
  readonly osPushRetries: number;
  /** `alternate`: P,S,P,S…; `exhaust`: P×n then S×n. Default `alternate`. */
  readonly attemptOrder: 'alternate' | 'exhaust';
  /** Try 1024-byte blocks on the first XMODEM attempt. Default true. */
  readonly xmodem1k: boolean;
  /** Speed to which the console is raised while XMODEM sends, bit/s, or the next lower one that the device has. Absent: it stays as it is. */
  readonly xmodemBaudRate?: number;
  /** Compare facts after the push with those before and with the image. Default true. */
  readonly verifyOsUpgrade: boolean;
  /** Boot by hand from a boot loader where the driver can. Default true. */
  readonly useManualBoot: boolean;
  readonly saveConfigBeforeReboot: boolean;
  readonly continueWithoutPrevious: boolean;
  readonly requireVendorHash: boolean;
  /** Longest silence after a reload, extended by output. Default 300 s. */
  readonly rebootTimeoutMs: number;
  /** Longest time from reload to a standing prompt; absent: the driver's own. */
  readonly rebootCapMs?: number;
  /** Reload right after staging. False ends the job as `staged`. Default true. */
  readonly forceReboot: boolean;
  readonly leaveOldOs: boolean;
  /**
   * After a reload into an image that is not as it should be, the former one is selected and booted again, once. Where the
   * device keeps two. Default false: a person decides.
   */
  readonly osPushFallBack: boolean;
}

/** Defaults of CONTRACT ("Settings"). */
export const DEFAULT_PUSH_SETTINGS: PushSettings = {
  osPushMethod: 'tftp',
  osPushAlternative: 'xmodem',
  osPushRetries: 3,
  attemptOrder: 'alternate',
  xmodem1k: true,
  verifyOsUpgrade: true,
  useManualBoot: true,
  saveConfigBeforeReboot: true,
  continueWithoutPrevious: true,
  requireVendorHash: false,
  rebootTimeoutMs: 300_000,
  forceReboot: true,
  leaveOldOs: true,
  osPushFallBack: false,
};
