/**
 * Shapes of output that vendors document and no transcript here has. All texts are synthetic: the lines that tell a fact, in
 * the form of that platform, with values of our own.
 */
import { expect } from 'chai';
import { toldFacts } from '../../core/facts.js';
import { driverNamed, parseFacts } from '../../drivers/index.js';

interface Shape {
  readonly what: string;
  readonly driver: 'cisco-ios' | 'cisco-iosxe' | 'extreme-exos';
  readonly command: string;
  readonly text: string;
  /** Without make and osType, which are the driver's. */
  readonly facts: Readonly<Record<string, string | number>>;
}

const CISCO: readonly Shape[] = [
  {
    what: 'IOS 11: sentences end with a full stop, and no image file',
    driver: 'cisco-ios',
    command: 'show version',
    text: `Cisco Internetwork Operating System Software
IOS (tm) 2500 Software (C2500-J-L), Version 11.2(5)P, SHARED PLATFORM, RELEASE SOFTWARE (fc1)
ts1 uptime is 1 week, 1 minute
System restarted by power-on
Running default software
cisco AS2511-RJ (68030) processor (revision I) with 14336K/2048K bytes of memory.
Processor board ID 12345678, with hardware revision 00000000
1 Ethernet/IEEE 802.3 interface.
2 Serial network interfaces.
16 terminal lines.`,
    facts: {
      hostname: 'ts1',
      serialNumber: '12345678',
      model: 'AS2511-RJ',
      osVersion: '11.2(5)P',
      uptimeSeconds: 604_860,
      interfaceCount: 3,
    },
  },
  {
    what: 'IOS 12: an image that came by TFTP, and a ROM with a version of its own',
    driver: 'cisco-ios',
    command: 'sh ver',
    text: `IOS (tm) C2600 Software (C2600-I-M), Version 12.2(26), RELEASE SOFTWARE (fc2)
ROM: System Bootstrap, Version 11.3(2)XA4, RELEASE SOFTWARE (fc1)
r26 uptime is 3 years, 0 minutes
System image file is "c2600-i-mz.122-26.bin", booted via tftp from 192.0.2.9
cisco 2611 (MPC860) processor (revision 0x203) with 61440K/4096K bytes of memory.
Processor board ID JAD05270216 (2812305312)
2 Ethernet/IEEE 802.3 interface(s)
2 Low-speed serial(sync/async) network interface(s)`,
    facts: {
      hostname: 'r26',
      serialNumber: 'JAD05270216',
      model: '2611',
      osVersion: '12.2(26)',
      uptimeSeconds: 94_608_000,
      bootImage: 'c2600-i-mz.122-26.bin',
      interfaceCount: 4,
    },
  },
  {
    what: 'a stack whose second unit answers, kept indented with the command before it and the prompt behind it',
    driver: 'cisco-ios',
    command: 'show version',
    text: `show version
    Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(2)E7, RELEASE SOFTWARE (fc3)

    acc-7 uptime is 1 day, 2 hours, 3 minutes
    System image file is "flash:/c2960x-universalk9-mz.152-2.E7/c2960x-universalk9-mz.152-2.E7.bin"
    cisco WS-C2960X-48FPD-L (APM86XXX) processor (revision F0) with 524288K bytes of memory.
    Processor board ID FOC1000AAA2
    4 Virtual Ethernet interfaces
    100 Gigabit Ethernet interfaces
    Model number                    : WS-C2960X-48FPD-L
    System serial number            : FOC1000AAA2
    Switch Ports Model                     SW Version            SW Image
         1 52    WS-C2960X-48FPD-L         15.2(2)E7             C2960X-UNIVERSALK9-M
    *    2 52    WS-C2960X-48FPD-L         15.2(2)E7             C2960X-UNIVERSALK9-M
    Switch 01
    ---------
    Switch Uptime                   : 9 weeks, 5 days, 16 hours, 1 minute
    System serial number            : FOC1000AAA1
acc-7#`,
    facts: {
      hostname: 'acc-7',
      serialNumber: 'FOC1000AAA2',
      model: 'WS-C2960X-48FPD-L',
      osVersion: '15.2(2)E7',
      uptimeSeconds: 93_780,
      bootImage: 'flash:/c2960x-universalk9-mz.152-2.E7/c2960x-universalk9-mz.152-2.E7.bin',
      interfaceCount: 104,
    },
  },
  {
    what: 'IOS-XE 3.9: two numbers, in two places',
    driver: 'cisco-iosxe',
    command: 'show version',
    text: `Cisco IOS Software, IOS-XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 15.3(2)S1, RELEASE SOFTWARE (fc1)
IOS XE Version: 03.09.01.S
Cisco IOS-XE software, Copyright (c) 2005-2013 by cisco Systems, Inc.
edge uptime is 1 day, 15 hours, 32 minutes
Uptime for this control processor is 1 day, 15 hours, 34 minutes
System image file is "bootflash:asr1001-universalk9.03.09.01.S.153-2.S1.bin"
cisco ASR1001 (1RU) processor with 1133939K/6147K bytes of memory.
Processor board ID SSI1000001A
4 Gigabit Ethernet interfaces`,
    facts: {
      hostname: 'edge',
      serialNumber: 'SSI1000001A',
      model: 'ASR1001',
      osVersion: '03.09.01.S',
      uptimeSeconds: 142_320,
      bootImage: 'bootflash:asr1001-universalk9.03.09.01.S.153-2.S1.bin',
      interfaceCount: 4,
    },
  },
  {
    what: 'IOS-XE 17: ports of 2.5 Gbit/s, and up since this minute',
    driver: 'cisco-iosxe',
    command: 'show version',
    text: `Cisco IOS XE Software, Version 17.09.04a
Cisco IOS Software [Cupertino], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 17.9.4a, RELEASE SOFTWARE (fc3)
BOOTLDR: System Bootstrap, Version 17.11.1r, RELEASE SOFTWARE (P)
core uptime is 0 minutes
System image file is "flash:packages.conf"
cisco C9300-48UXM (X86) processor with 1331521K/6147K bytes of memory.
Processor board ID FOC1000BBB1
1 Virtual Ethernet interface
36 2.5 Gigabit Ethernet interfaces
20 Ten Gigabit Ethernet interfaces
Model Number                       : C9300-48UXM
System Serial Number               : FOC1000BBB1`,
    facts: {
      hostname: 'core',
      serialNumber: 'FOC1000BBB1',
      model: 'C9300-48UXM',
      osVersion: '17.9.4a',
      uptimeSeconds: 0,
      bootImage: 'flash:packages.conf',
      interfaceCount: 57,
    },
  },
  {
    what: 'a switch under another maker’s name',
    driver: 'cisco-iosxe',
    command: 'show version',
    text: `Cisco IOS XE Software, Version 17.12.04
Cisco IOS Software [Dublin], S5200 Switch Software (S5200-UNIVERSALK9-M), Version 17.12.4, RELEASE SOFTWARE (fc3)
Allen-Bradley 1783-CMS20DP (ARM) processor (revision V02) with 638793K/6147K bytes of memory.
Processor board ID FDO1000CCC1
Model Number                       : 1783-CMS20DP`,
    facts: { serialNumber: 'FDO1000CCC1', model: '1783-CMS20DP', osVersion: '17.12.4' },
  },
  {
    what: 'inventory: a router without a product number, before cards that have one',
    driver: 'cisco-ios',
    command: 'show inventory',
    text: `NAME: "3640 chassis", DESCR: "3640 chassis"
PID:                   , VID: 0xFF, SN: FF1045C5

NAME: "One port Fastethernet TX", DESCR: "One port Fastethernet TX"
PID: NM-1FE-TX=        , VID: 1.0, SN: 7720321`,
    facts: { model: '3640', serialNumber: 'FF1045C5' },
  },
  {
    what: 'inventory: a chassis that is named in its description only, without a serial number',
    driver: 'cisco-iosxe',
    command: 'show inventory',
    text: `NAME: "Switch System", DESCR: "Cisco Systems, Inc. WS-C4507R+E 7 slot switch "
PID:                    , VID:      , SN:

NAME: "Linecard(slot 1)", DESCR: "10/100/1000BaseT (RJ45)V, Cisco TrustSec, 48 ports"
PID: WS-X4748-RJ45-E    , VID: V02  , SN: CAT1000DDD1`,
    facts: { model: 'WS-C4507R+E' },
  },
  {
    what: 'inventory: a notice above it',
    driver: 'cisco-iosxe',
    command: 'show inventory',
    text: `+++++++++++++++++++++++++++++++++++++++++++
INFO: Please use "show license UDI" to get serial number for licensing.
+++++++++++++++++++++++++++++++++++++++++++

NAME: "Chassis", DESCR: "Cisco ISR4331 Chassis"
PID: ISR4331/K9        , VID: V04  , SN: FDO1000EEE1`,
    facts: { model: 'ISR4331/K9', serialNumber: 'FDO1000EEE1' },
  },
  {
    what: 'a linear flash card',
    driver: 'cisco-ios',
    command: 'show flash',
    text: `System flash directory:
File  Length   Name/status
  1   20204148  c1700-y-mz.123-1a.bin
[20204212 bytes used, 12827980 available, 33032192 total]
32768K bytes of processor board System flash (Read/Write)`,
    facts: { freeBytes: 12_827_980 },
  },
  {
    what: 'an ATA disk',
    driver: 'cisco-ios',
    command: 'show flash0:',
    text: `-#- --length-- -----date/time------ path
1     43911332 Jan 1 2020 00:00:00 +00:00 c1900-universalk9-mz.SPA.151-4.M8.bin
204341248 bytes available (51650560 bytes used)`,
    facts: { freeBytes: 204_341_248 },
  },
  {
    what: 'file systems: the one that commands mean',
    driver: 'cisco-iosxe',
    command: 'show file systems',
    text: `       Size(b)       Free(b)      Type  Flags  Prefixes
    1651314688    1561067520      disk     rw   crashinfo:
*  11353194496    9936510976      disk     rw   flash:`,
    facts: { freeBytes: 9_936_510_976 },
  },
  {
    what: 'a directory of a file system that does not count',
    driver: 'cisco-iosxe',
    command: 'dir drec0:',
    text: `Attributes        Size         Name
-rwxrwxrwx   490586943   cat9k_lite_iosxe.17.09.01.SPA.bin`,
    facts: {},
  },
];

const EXOS: readonly Shape[] = [
  {
    what: 'EXOS 11: no image in the line of the switch',
    driver: 'extreme-exos',
    command: 'show version',
    text: `Switch    : 800143-00-04 0532G-00001 Rev 4.0 BootROM: 1.0.0.9    IMG:
XGM-2xn-1 :

Image   : ExtremeWare XOS version 11.2.3.3 v1123b3 by release-manager
BootROM : 1.0.0.9`,
    facts: { serialNumber: '0532G-00001', osVersion: '11.2.3.3' },
  },
  {
    what: 'EXOS 22: part and serial number are named',
    driver: 'extreme-exos',
    command: 'show version',
    text: `Switch      : PN:801000    SN:1700N-00001   Rev 01 IMG: 22.5.1.7
PSU-1       : Internal PSU-2 PN:1N2039 SN:12345

Image   : ExtremeXOS version 22.5.1.7 by release-manager`,
    facts: { serialNumber: '1700N-00001', osVersion: '22.5.1.7' },
  },
  {
    what: 'Switch Engine: the product has another name',
    driver: 'extreme-exos',
    command: 'show version',
    text: `Switch      : 801115-00-01 SB000000G-H0001 BootROM: 5.4.1.4    IMG: 32.1.1.6

Image   : Extreme Networks Switch Engine version 32.1.1.6 32.1.1.6-patch1-2 by release-manager`,
    facts: { serialNumber: 'SB000000G-H0001', osVersion: '32.1.1.6-patch1-2' },
  },
  {
    what: 'a stack: an empty slot before the first unit',
    driver: 'extreme-exos',
    command: 'show version',
    text: `Slot-1      :
Slot-2      : 800471-00-03 1400N-00002 Rev 3.0 BootROM: 1.0.1.8    IMG: 16.2.5.4

Image   : ExtremeXOS version 16.2.5.4 16.2.5.4-patch1-7 by release-manager`,
    facts: { serialNumber: '1400N-00002', osVersion: '16.2.5.4-patch1-7' },
  },
  {
    what: 'a chassis before its cards',
    driver: 'extreme-exos',
    command: 'show version',
    text: `Chassis   : 800129-00-02 04344-00001 Rev 2.0
Slot-1    : 800114-00-04 04364-00002 Rev 4.0 BootROM: 1.0.1.7    IMG: 12.6.2.10
MSM-A     : 800112-00-03 04334-00003 Rev 3.0 BootROM: 1.0.1.7    IMG: 12.6.2.10

Image   : ExtremeXOS version 12.6.2.10 v1262b10 by release-manager`,
    facts: { serialNumber: '04344-00001', osVersion: '12.6.2.10' },
  },
  {
    what: 'a stack whose second unit is master, with a name of two words',
    driver: 'extreme-exos',
    command: 'show switch',
    text: `SysName:          Floor 2
System Type:      X460G2-48t-10G4 (Stack)
System UpTime:    1 hour 2 minutes 3 seconds

Slot:             Slot-1                       Slot-2 *
                  ------------------------     ------------------------
Current State:    BACKUP (In Sync)             MASTER

Image Selected:   primary                      secondary
Image Booted:     primary                      secondary
Primary ver:      22.7.1.2                     22.6.1.4
Secondary ver:    22.7.1.2                     22.7.1.2
                                               patch1-10`,
    facts: {
      hostname: 'Floor 2',
      model: 'X460G2-48t-10G4',
      uptimeSeconds: 3_723,
      osVersion: '22.7.1.2-patch1-10',
      bootImage: 'secondary',
    },
  },
];

for (const [maker, shapes] of Object.entries({ cisco: CISCO, extreme: EXOS })) {
  describe(`facts of ${maker} in other shapes (synthetic)`, () => {
    for (const { what, driver, command, text, facts } of shapes) {
      it(`${driver} ${command}: ${what}`, () => {
        const { make, osType } = driverNamed(driver);
        expect(toldFacts(parseFacts(driver, command, text))).to.deep.equal({ make, osType, ...facts });
      });
    }
  });
}
