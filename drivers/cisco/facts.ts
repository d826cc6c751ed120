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
 * `16.09.04`, or a build's name); before, the IOS-XE line does (`03.16.04b.S` beside IOS `15.5(3)S4b`).
 */
export const IOSXE_VERSION: readonly FactField[] = [
  { name: 'osVersion', pattern: '^Cisco IOS Software.*\\bVersion ((?:1[6-9]|[2-9]\\d)\\.\\d[^,\\s]*)' },
  { name: 'osVersion', pattern: '^Cisco IOS[ -]XE Software, Version ([^,\\s]+)' },
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
    interfaces: '^(?<count>\\d+) (?<type>[^,]+?)(?: network)? *interface(?:s|\\(s\\))?\\s*$',
    members: MEMBER_ROW,
  };
}

/** The chassis is the first entry; a stack's first entry is the stack, with the serial number of its first unit. */
export const SHOW_INVENTORY: FactCommand = {
  exchange: say('show inventory'),
  fields: [
    { name: 'model', pattern: '^PID: *(\\S+) *,' },
    { name: 'serialNumber', pattern: '^PID: .*SN: *(\\S+)' },
  ],
  optional: true,
};

export const DIR: FactCommand = {
  exchange: say('dir {{fileSystem}}'),
  fields: [{ name: 'freeBytes', pattern: '\\((\\d+) bytes free\\)' }],
  optional: true,
};
