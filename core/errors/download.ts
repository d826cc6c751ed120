/** Errors of `download image`. */
import type { ErrorTable } from './registry.js';

export const downloadErrors = {
  DOWNLOAD_ABSENT: {
    message: '{port}: driver {driver} has no download image command',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Use pushOs, which every driver has.',
  },
  DOWNLOAD_NAME: {
    message: '{port}: {what} {text} has {character}, which the device does not take there (allowed: {allowed})',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Rename the file, or name the host otherwise.',
  },
  DOWNLOAD_FILE_TYPE: {
    message: '{port}: {file} is none of {endings}, the files that can be installed',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Name a core image, a module, or a list.',
  },
  DOWNLOAD_PARTITION: {
    message:
      '{port}: partition {asked} was asked for, and the device runs from {booted}; the running partition is never written',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Leave the partition out, or say inactive.',
  },
  DOWNLOAD_SELECTION_PENDING: {
    message:
      '{port}: the device runs from {booted}, and {selected} is selected for the next boot: somebody else has begun a change',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Finish that change, or select the running partition again, then start the download.',
  },
  DOWNLOAD_BLOCK_SIZE: {
    message:
      '{port}: a block size of {asked} bytes, where the device takes {least} to {most} from version {since} on, and it runs {version}',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Leave the block size out.',
  },
  DOWNLOAD_LIST: {
    message: '{port}: list {list}: {reason}',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Correct the list: one file name a line, relative to its folder.',
  },
  DOWNLOAD_MODULE_VERSION: {
    message: '{port}: module {file} is for core image {version}, and the partition has {core}',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Take the module of the same release as the core image.',
  },
  DOWNLOAD_MODULE_MISSING: {
    message: '{port}: {runs} is installed now, and {core} comes without one: {name} would be gone after the reboot',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Name a list (.lst) with the image and the module, or set withoutModules.',
  },
  DOWNLOAD_CORE_RUNS: {
    message: '{port}: {version} runs already; the modules of the list were not installed',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Download the modules by themselves: they go to the partition that runs.',
  },
  DOWNLOAD_MODULE_GONE: {
    message: '{port}: {file} was installed and is not shown on the running partition after the reload',
    fault: 'device',
    httpStatus: 502,
    retryable: false,
    next: 'Download the module by itself.',
  },
  DOWNLOAD_MODULE_REBOOT: {
    message: '{port}: {file} is a module; it takes no reboot',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Leave reboot out.',
  },
  DOWNLOAD_IN_BAND: {
    message:
      '{port}: the driver {driver} brings no image over the console line: {size} bytes would take {takes} at {baudRate} baud',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Set osPushMethod or osPushAlternative to tftp, http or scp; the console only carries the command.',
  },
  DOWNLOAD_MEMORY_CARD: {
    message:
      '{port}: its release {version} takes no image from a memory card; releases from {since} to before {before} do',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Name a URL or a stored version instead.',
  },
  DOWNLOAD_UNIT: {
    message: '{port}: {unit} is none of its units {known}',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Name one that show version images lists.',
  },
  DOWNLOAD_UNIT_REBOOT: {
    message: '{port}: an image for {unit} alone is not booted by this job',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Leave reboot out; once all units have the image, download it to none of them alone, or activate by hand.',
  },
  DOWNLOAD_KEEP: {
    message: '{port}: install no needs a method that asks, {methods}, and this port has none of them',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Set osPushMethod to one of these, or install with --stage-only.',
  },
  DOWNLOAD_FILE_IN_USE: {
    message: '{port}: the switch uses {file}; it is not written over',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Give the file another name.',
  },
  DOWNLOAD_DUMP: {
    message: '{port}: {file} has {size} bytes on the switch, and {got} came here',
    fault: 'device',
    httpStatus: 502,
    retryable: true,
    next: 'Download again; nothing was removed.',
  },
  DOWNLOAD_DUMP_METHOD: {
    message: '{port}: dumps are moved off by {methods}, and this node serves none of these',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Add one of these to servers in portwright.json, or accept removeDumps.',
  },
  DOWNLOAD_WARNING: {
    message: '{port}: there is no warning {name} to accept (known: {known})',
    fault: 'local',
    httpStatus: 409,
    retryable: false,
    next: 'Name one that the driver knows.',
  },
} satisfies ErrorTable;
