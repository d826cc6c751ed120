/**
 * What devices say, in the words of the collections read in place by `prompts.test.ts`, and what the driver that claims it must
 * take it for. `of`: the entries that a row covers, as `NAME.key` of `prompts.json`, an id of the EXOS messages, or a section
 * of the vendors' page in which its text stands. Names and numbers in the texts are synthetic.
 */
export interface PromptRow {
  readonly text: string;
  /** As `readings` names it: `prompt STATE`, `question ID`, `pager`, `failure CLASS`, `boot`, `countdown`, … or `nothing`. */
  readonly reads: string;
  readonly of: readonly string[];
}

const row = (text: string, reads: string, ...of: string[]): PromptRow => ({ text, reads, of });
const YES_NO = '(y/N) ';

const CISCO: readonly PromptRow[] = [
  row('Router>', 'prompt user', 'cisco_ios.user', '5.1'),
  row('Router-stby>', 'prompt user', '5.1'),
  row('core-sw1-standby>', 'prompt user'),
  row('Router#', 'prompt exec', 'cisco_ios.enable', '5.1'),
  row('sw1.lab#', 'prompt exec', 'cisco_ios.enable'),
  row('Router(config)#', 'prompt config', 'cisco_ios.config', '5.1'),
  row('Router(config-if)#', 'prompt config'),
  row('rommon 1 >', 'prompt loader', 'cisco_ios.rommon', '5.1'),
  row('rommon 12 > ', 'prompt loader', 'cisco_ios.rommon'),
  row('switch: ', 'prompt loader', 'cisco_ios.rommon', '5.1'),
  row('grub> ', 'prompt loader', 'cisco_ios.rommon', '5.2'),
  row('Username: ', 'prompt login', 'cisco_ios.login.0', '5.1'),
  row('Password: ', 'prompt password', 'cisco_ios.login.1', '5.1'),
  row(' --More-- ', 'pager', 'cisco_ios.pager', '2'),
  row('Press RETURN to get started!', 'prompt pressReturn, milestone loaded', 'cisco_ios.press_return', '5.1'),
  row('Would you like to enter the initial configuration dialog? [yes/no]: ', 'prompt setup', 'cisco_ios.setup', '5.1'),
  row('Would you like to terminate autoinstall? [yes]: ', 'question autoinstall', 'cisco_ios.autoinstall', '5.1'),
  row(
    'System configuration has been modified. Save? [yes/no]: ',
    'question save-before-reload',
    'cisco_ios.save_before_reload',
    '5.1',
  ),
  row('System config has been modified. Save? [yes/no]: ', 'question save-before-reload'),
  row('Proceed with reload? [confirm]', 'question reload', 'cisco_ios.reload_confirm', '5.1'),
  row('Proceed with quick reload? [confirm]', 'question reload', 'cisco_ios.reload_confirm'),
  row('Do you want to reload the internal AP ? [yes/no]: ', 'question internal-ap', '5.1'),
  row('Do you want to save the configuration of the AP? [yes/no]: ', 'question internal-ap-save', '5.1'),
  row("% Invalid input detected at '^' marker.", 'failure refused', 'cisco_ios.errors.0'),
  row('% Incomplete command.', 'failure refused', 'cisco_ios.errors.1'),
  row('% Ambiguous command:  "co"', 'failure refused', 'cisco_ios.errors.2'),
  row('% Unrecognized host or address, or protocol not running.', 'failure refused', 'cisco_ios.errors.3'),
  row('%Error opening tftp://192.0.2.1/x.bin (Timed out)', 'failure transport', 'cisco_ios.errors.4'),
  row('%Error opening tftp://192.0.2.1/x.bin (Undefined error)', 'failure transport', 'cisco_ios.errors.4'),
  row(
    '%Error opening tftp://192.0.2.1/x.bin (No such file or directory)',
    'failure remoteFile',
    'cisco_ios.errors.4',
    'cisco_ios.errors.7',
  ),
  row('%Error opening flash:x.bin (Permission denied)', 'failure refused'),
  row('%Error reading tftp://192.0.2.1/x.bin (Timed out)', 'failure transport', '5.1:%Error reading'),
  row('%Error writing flash:x.bin (I/O error)', 'failure transport', '5.1:%Error writing'),
  row('%Error verifying flash:x.bin', 'failure integrity', 'cisco_ios.errors.5', '5.1:%Error verifying flash:x'),
  row(
    '%Error copying tftp://192.0.2.1/x.bin (Not enough space on device)',
    'failure space',
    'cisco_ios.errors.6',
    'cisco_ios.errors.9',
  ),
  row('%Error reading xmodem: (timed out)', 'failure transport', 'cisco_ios.errors.8'),
  row('Bad checksum', 'failure integrity', 'cisco_ios.errors.10', '5.1'),
  row('Transfer aborted', 'failure transport', 'cisco_ios.errors.11'),
  row('% Login invalid', 'loginFailure', '5.1'),
  row('% Bad passwords', 'loginFailure, failure refused', '5.1'),
  row('% Access denied', 'loginFailure', '5.1'),
  row('% No password set', 'loginFailure', '5.1'),
  row('Address or name of remote host [192.0.2.1]? ', 'question remote-host'),
  // An empty default is not ours to fill: the URL that was typed names the host.
  row('Address or name of remote host []? ', 'nothing', '5.1'),
  row('Source filename []? ', 'question source', '5.1'),
  row('Destination filename [x]? ', 'question destination', '5.1'),
  row('Do you want to over write? [confirm]', 'question overwrite', '5.1'),
  row('Erase flash: before copying? [confirm]', 'question erase-before-copy', '5.1'),
  row('Erasing the flash filesystem will remove all files! Continue? [confirm]', 'question erase-file-system', '5.1'),
  row('Abort Copy? [confirm]', 'question abort-copy', '5.1'),
  row('Delete filename [x]? ', 'question delete-name', '5.1'),
  row('Delete flash0:/x? [confirm]', 'question delete-confirm', '5.1'),
  row('Proceed? [confirm]', 'question xmodem-proceed', '5.1'),
  row('Use crc block checksumming? [confirm]', 'question xmodem-crc', '5.1'),
  row('Max Retry Count [10]: ', 'question xmodem-retries', '5.1'),
  row('Perform image validation checks? [confirm]', 'question xmodem-validation', '5.1'),
  row('Continue? [confirm]', 'question xmodem-continue', '5.1'),
  // Questions of a first configuration: nobody answers these for its owner.
  row('Enter enable secret: ', 'nothing', '5.1'),
  row('Do you want to enforce secure password standard? (yes/no) ', 'nothing', '5.1'),
  row('Ready to receive file...........C', 'ends', '5.1'),
  row('Begin the Xmodem or Xmodem-1K transfer now...', 'ends', '5.1'),
  row('Begin the Ymodem transfer now', 'ends', '5.1'),
  row('[OK - 5248 bytes]', 'ends', '5.1:[OK - N bytes]'),
  row('5248 bytes copied in 1.5 secs (3498 bytes/sec)', 'ends'),
  row('*Sep 18 10:36:14.536: %LINK-3-UPDOWN: Interface GigabitEthernet0/0, changed state to up', 'noise'),
  row('%SYS-5-RELOAD', 'boot, ends', '5.1'),
  row('System Bootstrap, Version 12.4(13r)T', 'boot, ends'),
  row('C1700 platform with 65536 Kbytes of main memory', 'boot, ends, milestone platform'),
  row('Self decompressing the image : ######## [OK]', 'ends, milestone decompress, milestone decompressed'),
  row('Interrupt within 5 seconds to abort boot process', 'countdown'),
];

const IOS_XE: readonly PromptRow[] = [
  row('Preparing to autoboot. [Press Ctrl-C to interrupt]', 'countdown', '2', '5.2'),
  row(
    'Press Quit(q) to exit, you may save configuration and re-enter the command. [y/n/q]',
    'question install-save',
    '5.2',
  ),
  row(
    'This operation may require a reload of the system. Do you want to proceed? [y/n]',
    'question install-reload',
    '5.2',
  ),
  row('Do you want to remove the above files? [y/n]', 'question install-remove', '5.2'),
  row('FAILED: install_add  Thu Jan  1 00:00:00 UTC 2026', 'failure refused', '5.2:FAILED: install_add'),
  row('SUCCESS: install_add  Thu Jan  1 00:00:00 UTC 2026', 'ends'),
  row('% Error: file not found', 'failure remoteFile', '5.2'),
  row('boot: reading file flash:packages.conf', 'ends', '5.2:boot: reading file'),
  row('Microcode IMG MGR: Programming device 0...', 'milestone microcode'),
  row('### BOOT LOADER UPGRADING', 'milestone loader-upgrade'),
];

const EXOS: readonly PromptRow[] = [
  row('x670.14 # ', 'prompt exec', 'extreme_exos.op', '5.12'),
  row('* x670.14 # ', 'prompt exec', 'extreme_exos.op', 'extreme_exos.dirty_prefix_literal', '5.12:* '),
  row('(Software Update Required) x670.14 # ', 'prompt exec', '5.12:(Software Update Required)'),
  row('* Slot-1 Stack.7 > ', 'prompt user', '5.12:>'),
  row('login: ', 'prompt login', 'extreme_exos.login.0', '5.12'),
  row('password: ', 'prompt password', 'extreme_exos.login.1', '5.12'),
  row('BootRom > ', 'prompt loader', '5.12'),
  row(
    'Do you want to install image after downloading? (y - yes, n - no, <cr> - cancel) ',
    'question install-after-download',
    'extreme_exos.install_prompt',
    'INSTALL_Q',
    '5.12',
  ),
  row(
    `Warning: Signature Validation - Image is not digitally signed. Do you want to continue? ${YES_NO}`,
    'question signature',
    'SIG_UNSIGNED',
  ),
  row(
    `Warning: Signature Validation - Certificates missing; Image signature validation will be bypassed. Do you want to continue? ${YES_NO}`,
    'question signature',
    'SIG_NOCERT',
  ),
  row(
    `Warning: Signature Validation - Certificates verification failed; Image signature validation will be bypassed. Do you want to continue? ${YES_NO}`,
    'question signature',
    'SIG_BADCERT',
  ),
  row(
    'Error: Failed to download image - Error: Image signature cannot be validated.',
    'failure integrity',
    'SIG_FATAL',
  ),
  row('Installation cancelled', 'failure refused', 'CANCELLED'),
  row(
    'Core dumps are present in internal-memory and must be removed before this download can continue. Do you want to continue with download and remove existing core dumps? (y/n) ',
    'question core-dumps',
    'COREDUMP',
  ),
  row(
    `Do you want to continue with download and remove existing files from internal-memory? ${YES_NO}`,
    'question core-dumps',
    'INTMEM_FILES',
  ),
  row(
    `Debug information files are present. Do you want to continue with download and remove existing files from internal-memory? ${YES_NO}`,
    'question core-dumps',
    'DEBUG_FILES',
  ),
  row('Error: Image can only be installed to the non-active partition.', 'failure refused', 'ACTIVE_PART'),
  row('Error: the image partition selected must not be the active partition.', 'failure refused', 'STACK_ACTIVE'),
  row('Error: all nodes do not have the same image partition selected.', 'failure refused', 'STACK_MIXED'),
  row(
    'Error: Failed to download image - summit_arm-32.3.1.11 does not include compatible PoE microcontroller support.',
    'failure refused',
    'POE_MCU',
  ),
  row(
    'Service contract expired, please renew it to be able to download the new software image.',
    'failure refused',
    'CONTRACT',
  ),
  row('Error: Failed to download image - unreadable', 'failure transport', 'GENERIC_DL'),
  row('Error: This command cannot be executed at the current license level.', 'failure refused', 'LICENSE'),
  row('Installing to primary partition!', 'nothing', 'PART_LINE'),
  row('Installing to secondary partition!', 'nothing', 'PART_LINE', '5.12'),
  row('Downloading to Switch........', 'nothing', 'DL_PROGRESS'),
  row('Installing to Switch........', 'nothing', 'INST_PROGRESS'),
  // Success only below the line that names the partition: the exchange's own pattern spans both.
  row('Installing to secondary partition!\nImage installed successfully', 'ends', 'INSTALLED'),
  row('This image will be used only after rebooting the switch!', 'nothing', 'AFTER_REBOOT', '5.12'),
  row('Legacy CLI framework was Successfully Installed !!!', 'nothing', 'XMOD_NOISE'),
  row('successfully validated.', 'ends', 'SCP_OK'),
  row('To take effect of partition change please reboot the switch!', 'nothing', 'USE_IMAGE_NOTE'),
  row(`Do you want to save configuration to primary.cfg and overwrite it? ${YES_NO}`, 'question save', 'SAVE_Q'),
  row(`Do you want to save configuration to primary.cfg? ${YES_NO}`, 'question save'),
  row('Saving configuration primary.cfg on master...... done!', 'nothing', 'SAVE_DONE'),
  row(`Do you want to make primary.cfg the default database? ${YES_NO}`, 'question save-default', 'SAVE_DFLT_Q'),
  row(
    'Do you want to save configuration changes to currently selected configuration\nfile (primary.cfg) and reboot? (y - save and reboot, n - reboot without save, <cr> - cancel command) ',
    'question reboot-unsaved',
    'REBOOT_DIRTY_Q',
  ),
  row(`Are you sure you want to reboot the switch? ${YES_NO}`, 'question reboot', 'REBOOT_Q', '5.12'),
  row(`Are you sure you want to reboot the stack? ${YES_NO}`, 'question reboot', 'REBOOT_Q'),
  // No step of any action wants these: they are refused and told word for word.
  row(`Are you sure you want to failover? ${YES_NO}`, 'nothing', 'FAILOVER_Q'),
  row(`Restore all factory defaults and reboot? ${YES_NO}`, 'nothing', 'UNCONF_Q'),
  row(`Ok to continue? (Y/N) `, 'nothing', 'RESCUE_Q'),
  row(`Do you want to continue? ${YES_NO}`, 'nothing', 'IQA_Q'),
  row(`Remove old.xos? ${YES_NO}`, 'question remove', 'RM_Q / CP_Q'),
  row(`Copy 'a.cfg' from '/usr/local/cfg' to '/usr/local/cfg/b.cfg'? ${YES_NO}`, 'nothing', 'RM_Q / CP_Q'),
  row('ENTER to reboot: ', 'nothing', 'RESCUE_END'),
  row(
    'Authentication Service (AAA) on the master node is now available for login.',
    'prompt pressReturn, milestone loaded',
    'AAA_READY',
  ),
  row('(pending-AAA) login: ', 'boot', 'PENDING_AAA'),
  row('Failed to connect to authentication service', 'loginFailure', 'AAA_FAIL'),
  row('Login incorrect', 'loginFailure', 'AAA_FAIL'),
  row('Would you like to disable telnet? [y/N/q]: \x07', 'question wizard', 'WIZARD'),
  row('Press <SPACE> to continue or <Q> to quit:', 'pager', 'PAGER'),
  row("%% Invalid input detected at '^' marker.", 'failure refused', 'SYNTAX'),
  row('%% Incomplete command', 'failure refused', 'SYNTAX'),
  row('%% Ambiguous command', 'failure refused', 'SYNTAX'),
  row('No such file or directory', 'failure remoteFile', 'TFTP_ERR'),
  row('bad address', 'failure transport', 'TFTP_ERR'),
  row('Could not connect with 192.0.2.1', 'failure transport', 'TFTP_ERR'),
];

const U_BOOT: readonly PromptRow[] = [
  row('=> ', 'prompt exec', 'uboot.op', '5.13'),
  row('StarFive # ', 'prompt exec', 'uboot.op', '5.13'),
  row('hisilicon # ', 'prompt exec', 'uboot.op', '5.13'),
  row('Marvell>> ', 'prompt exec', 'uboot.op', '5.13'),
  row('RTL9300# ', 'prompt exec', 'uboot.op', '5.13'),
  row('Hit any key to stop autoboot:  3', 'countdown', 'uboot.stop_boot', '2', '5.13'),
  row('Hit Esc key to stop autoboot:  3', 'countdown', 'uboot.stop_boot'),
  row('Press ESC to abort autoboot in 1 seconds', 'countdown', 'uboot.stop_boot', '5.13'),
  row('## Ready for binary (xmodem) download to 0x44000000 at 115200 bps...', 'ends', 'uboot.xmodem_ready'),
  row('## Ready for binary (ymodem) download to 0x44000000 at 115200 bps...', 'ends', 'uboot.xmodem_ready'),
  row('## Switch baudrate to 230400 bps and press ENTER ...', 'ends', 'uboot.baud_up'),
  // Said by `loady ADDRESS RATE`, which is not used: the speed is changed before and after.
  row('## Switch baudrate back to 115200 bps and press ESC ...', 'nothing', 'uboot.baud_back'),
  row('## Total Size      = 0x00001400 = 5120 Bytes', 'ends', 'uboot.total'),
  row('## Binary (xmodem) download aborted', 'failure transport', '5.13'),
  row('xyzModem error', 'failure transport', '5.13'),
  row('Retry count exceeded; starting again', 'failure transport', '5.13'),
  row('SF: 4096 bytes @ 0x0 Written: ERROR', 'failure refused'),
];

const LINUX: readonly PromptRow[] = [
  row('admin@gw:~$ ', 'prompt user', 'linux.user'),
  row('root@gw:~# ', 'prompt exec', 'linux.root'),
  row('gw login: ', 'prompt login', 'linux.login.0'),
  row('Password: ', 'prompt password', 'linux.login.1'),
  row('[sudo] password for u: ', 'prompt password', 'linux.sudo', '5.14'),
  row('Hit any key to stop autoboot:  3', 'countdown', '2'),
];

/** Any make: what its own driver is not there for yet must still keep everybody's hands off a countdown. */
const NATIVE: readonly PromptRow[] = [
  row('--More--', 'pager', '2'),
  row('--- more ---', 'pager', '2'),
  row('---(more)---', 'pager', '2'),
  row('---(more 45%)---', 'pager'),
  row('(q : quit)', 'pager', '2'),
  row('Hit any key to stop autoboot:  3', 'countdown', '2'),
  row('Press Control-C now to enter Aboot shell', 'countdown', '2'),
  row(
    'Hit [Enter] to boot immediately, or space bar for command prompt.',
    'countdown',
    '2:Hit [Enter] to boot immediately',
  ),
  row('Preparing to autoboot. [Press Ctrl-C to interrupt]', 'countdown', '2'),
  row('Hit any key to run loader', 'countdown', '2'),
  row('Press any key to stop auto-boot', 'countdown', '2'),
  row('Interrupt within 5 seconds to abort boot process', 'countdown', '2'),
  row('will autoboot in 3 seconds', 'countdown', '2:will autoboot in N seconds'),
];

/** By driver; `cisco-iosxe` must also read all that `cisco-ios` reads. */
export const PROMPT_ROWS: Readonly<Record<string, readonly PromptRow[]>> = {
  'cisco-ios': CISCO,
  'cisco-iosxe': IOS_XE,
  'extreme-exos': EXOS,
  'u-boot': U_BOOT,
  linux: LINUX,
  native: NATIVE,
};
