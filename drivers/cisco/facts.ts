/**
 * What `show version`, `show inventory` and `dir` of IOS and IOS-XE tell.
 * Sources: Cisco IOS Configuration Fundamentals Command Reference (`show version`, `dir`); recorded output of both systems.
 */
import type { FactCommand, FactField } from '../../core/driver.js';
import { say } from './say.js';

/** IOS 12.x and 15.x: `Version 12.3(1a), RELEASE SOFTWARE`, on one line or under `Cisco Internetwork Operating System Software`. */
export const IOS_VERSION: readonly FactField[] = [
  { name: 'osVersion', pattern: '^(?:Cisco )?IOS (?!XE\\b|-XE\\b).*\\bVersion ([^,\\s]+)' },
  { name: 'osVersion', pattern: 'Software.*\\bVersion ([^,\\s]+),' },
];

/**
 * IOS-XE has two numbers. From 16 on the IOS line tells the one that everybody uses (`16.9.4`; the first line writes
 * `16.09.04`, or a build's name); before, the IOS-XE line does (`03.16.04b.S` beside IOS `15.5(3)S4b`); up to 3.9 it is
 * a line of its own below the copyright.
 */
export const IOSXE_VERSION: readonly FactField[] = [
  { name: 'osVersion', pattern: '^Cisco IOS Software.*\\bVersion ((?:1[6-9]|[2-9]\\d)\\.\\d[^,\\s]*)' },
  { name: 'osVersion', pattern: '^Cisco IOS[ -]XE Software, Version ([^,\\s]+)' },
  { name: 'osVersion', pattern: '^IOS XE Version: +([^,\\s]+)' },
  { name: 'osVersion', pattern: '^Cisco IOS Software.*\\bVersion ([^,\\s]+)' },
];

/** A stack's table has one row a member: `*    1 41    C9300-24P   17.07.01   CAT9K_IOSXE   INSTALL`. */
const MEMBER_ROW = '^[* ]\\s+\\d+\\s+\\d+\\s+[\\w/+-]+\\s+\\S*\\d\\S*\\s+\\S+(?:\\s+(?:INSTALL|BUNDLE))?\\s*$';

export function showVersion(version: readonly FactField[]): FactCommand {
  return {
    exchange: say('show version'),
    fields: [
      ...version,
      { name: 'hostname', pattern: '^(\\S+) uptime is ' },
      { name: 'uptimeText', pattern: '^\\S+ uptime is (.+?)\\s*$' },
      { name: 'bootImage', pattern: 'System image file is "([^"]+)"' },
      { name: 'model', pattern: '^[Cc]isco ((?:Catalyst )?\\S+) .*(?:processor|with (?:with )?\\d+K)' },
      // A stack tells the unit that answers first.
      { name: 'model', pattern: '^Model [Nn]umber\\s*:\\s*(\\S+)' },
      { name: 'serialNumber', pattern: '^System [Ss]erial [Nn]umber\\s*:\\s*(\\S+)' },
      { name: 'serialNumber', pattern: '^Processor board ID ([A-Za-z0-9]+)' },
    ],
    interfaces: '^(?<count>\\d+) (?<type>[^,]+?)(?: network)? *interface(?:s|\\(s\\))?\\.?\\s*$',
    members: MEMBER_ROW,
  };
}

/** Up to and into the first entry, and no further: what it leaves out must not be read from a card's entry. */
const FIRST_ENTRY = '(?<![^])(?:(?!\\bPID:)[^])*';

/**
 * The chassis is the first entry; a stack's first entry is the stack, with the serial number of its first unit. Routers
 * without a product number in their EEPROM (3640, 7206VXR), and a Catalyst 4500, leave its PID empty and name the chassis
 * in the description.
 */
const SHOW_INVENTORY: FactCommand = {
  exchange: say('show inventory'),
  fields: [
    { name: 'model', pattern: `${FIRST_ENTRY}\\bPID: *([^,\\s]+)` },
    {
      name: 'model',
      pattern: `${FIRST_ENTRY}DESCR: "(?:Cisco Systems,? (?:Inc\\. )?)?(\\S+) (?:chassis|\\d+[ -]slot)`,
    },
    { name: 'serialNumber', pattern: `${FIRST_ENTRY}\\bPID:.*SN: *([^,\\s]+)` },
  ],
  optional: true,
};

export const DIR: FactCommand = {
  exchange: say('dir {{fileSystem}}'),
  fields: [{ name: 'freeBytes', pattern: '\\((\\d+) bytes free\\)' }],
  optional: true,
};

/**
 * The three forms of `show flash:`: of a linear flash card (`[20204212 bytes used, 12827980 available, 33032192 total]`), of
 * an ATA disk (`44363776 bytes available (19644416 bytes used)`), and a switch's, which is that of `dir`.
 */
const SHOW_FLASH: readonly FactCommand[] = ['flash:', 'flash0:', 'bootflash:'].map((fileSystem) => ({
  exchange: say(`show ${fileSystem}`),
  fields: [
    { name: 'freeBytes', pattern: '^\\[\\d+ bytes used, (\\d+) available' },
    { name: 'freeBytes', pattern: '^(\\d+) bytes available \\(' },
    { name: 'freeBytes', pattern: '\\((\\d+) bytes free\\)' },
  ],
}));

/** The star marks the file system that commands mean where they name none. */
const SHOW_FILE_SYSTEMS: FactCommand = {
  exchange: say('show file systems'),
  fields: [{ name: 'freeBytes', pattern: '^ *\\* +\\d+ +(\\d+) ' }],
};

/** What both systems' other commands tell. */
export const CISCO_ALSO_READS: readonly FactCommand[] = [SHOW_INVENTORY, ...SHOW_FLASH, SHOW_FILE_SYSTEMS];
