/**
 * Shows that the device of this folder behaves as real equipment does, moved by foreign programs only (tftpd-hpa, lrzsz):
 * what automates it is then tested against a device that was proved without it.
 */
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { requirePeer } from '../../support/peers.js';
import { RAMDISK_ADDRESS } from './boot-environment.js';
import { buildDevice, DEVICE_PEERS, FACTORY_VERSION, RECEIVE_COMMAND, SERIAL_NUMBER } from './build.js';
import type { DeviceBuild } from './build.js';
import { ConsoleProbe } from './console-probe.js';
import { QemuDevice } from './device.js';
import { LOGIN } from './firmware.js';

const SHELL = /edge1:\S*# /;
const LOADER = /\n=> $/;
const BOOT_LIMIT_MS = 90_000;
const COMMAND_LIMIT_MS = 20_000;
/** The device's `rx` empties its input after each answer; what comes sooner is lost. */
const RECEIVER_TURNAROUND_MS = 5;

describe('device under test: U-Boot and Linux with two slots', function () {
  this.timeout(180_000);
  let build: DeviceBuild;
  let device: QemuDevice;
  let terminal: ConsoleProbe;
  const cleanups: (() => Promise<void> | void)[] = [];
  let tftpPort: number;
  let stageStartMs = Date.now();

  const stage = (name: string): void => {
    console.log(`        ${((Date.now() - stageStartMs) / 1000).toFixed(1).padStart(5)} s  ${name}`);
    stageStartMs = Date.now();
  };
  const shell = (line: string): Promise<string> => terminal.command(line, SHELL, COMMAND_LIMIT_MS);
  const loader = (line: string): Promise<string> => terminal.command(line, LOADER, COMMAND_LIMIT_MS);
  const power = async (on: boolean): Promise<void> => {
    terminal.close();
    await device.powerOff();
    if (on) await device.powerOn();
  };
  const openConsole = async (): Promise<void> => {
    const address = device.consoleAddress;
    if (address.type !== 'tcp') throw new Error('expected a TCP console');
    terminal = await ConsoleProbe.open(address.host, address.port);
  };
  const logIn = async (): Promise<void> => {
    await terminal.expect(/edge1 login: $/, BOOT_LIMIT_MS);
    terminal.send(`${LOGIN.username}\r`);
    await terminal.expect(/Password: /, COMMAND_LIMIT_MS);
    terminal.send(`${LOGIN.password}\r`);
    await terminal.expect(SHELL, COMMAND_LIMIT_MS);
    await shell('stty cols 500');
  };

  before(async function () {
    requirePeer.call(this, ...DEVICE_PEERS, 'in.tftpd', 'sx');
    if (process.getuid?.() !== 0) {
      console.warn('    SKIPPED: in.tftpd changes its root folder, and so must be started by root');
      this.skip();
    }
    build = await buildDevice();
    stage('built, or found in the cache');
    tftpPort = await freeUdpPort();
    const listen = ['--foreground', '--listen', '--address', `127.0.0.1:${String(tftpPort)}`];
    const server = spawn('in.tftpd', [...listen, '--secure', '-u', 'root', build.folder], { stdio: 'ignore' });
    device = new QemuDevice({ build });
    cleanups.push(
      () => void server.kill(),
      () => device.stop(),
    );
    await device.start();
    await openConsole();
    cleanups.push(() => {
      terminal.close();
    });
  });

  after(async () => {
    for (const cleanup of cleanups) await cleanup();
  });

  it('boots the factory version from slot 1 and tells its facts', async () => {
    await logIn();
    stage('power on to shell prompt');
    // QEMU may take the client after the first lines were said.
    expect(await device.spoken()).to.match(/U-Boot 20/);
    expect(await shell('cat /etc/version')).to.equal(FACTORY_VERSION);
    expect(await shell('cat /etc/os-release'))
      .to.include('NAME="EdgeOS-Lab"')
      .and.include(`VERSION_ID=${FACTORY_VERSION}`);
    expect(await shell('cat /proc/cmdline')).to.match(/\bslot=1\b/);
    expect(await shell('cat /flash/slot.env')).to.equal('slot=1');
    expect(await shell('cat /flash/serial.txt')).to.equal(SERIAL_NUMBER);
    expect(await shell('hostname')).to.equal('edge1');
    expect(await shell('ip -o link')).to.match(/lo:.*\n.*eth0:/);
    expect(Number((await shell('cat /proc/uptime')).split(' ')[0])).to.be.greaterThan(0);
  });

  it('fetches an image from a TFTP server of this machine', async () => {
    const { sizeBytes, sha256 } = build.images['2.0.0'];
    stageStartMs = Date.now();
    const port = String(tftpPort);
    expect(await shell(`tftp -g -l /tmp/new.img -r edgeos-2.0.0.img 10.0.2.2 ${port}; echo rc=$?`)).to.match(/rc=0$/);
    stage('TFTP at block size 512');
    expect(await shell('wc -c < /tmp/new.img')).to.equal(String(sizeBytes));
    expect(await shell('sha256sum /tmp/new.img')).to.equal(`${sha256}  /tmp/new.img`);
  });

  it('receives an image over its console, from lrzsz to lrzsz', async () => {
    const { path, sizeBytes, sha256 } = build.images['2.0.0'];
    stageStartMs = Date.now();
    terminal.send(`${RECEIVE_COMMAND} /tmp/in-band.img; echo rc=$?\r`);
    await terminal.expect(/rx: ready to receive \/tmp\/in-band\.img\r\nC/, COMMAND_LIMIT_MS);
    await terminal.lend('sx', ['-k', path], RECEIVER_TURNAROUND_MS);
    await terminal.expect(/rc=0\r\nedge1:\S*# /, COMMAND_LIMIT_MS);
    stage('XMODEM into Linux, 1024-byte blocks');
    // The last block was filled.
    expect(Number(await shell('wc -c < /tmp/in-band.img'))).to.be.greaterThan(sizeBytes);
    await shell(`truncate -s ${String(sizeBytes)} /tmp/in-band.img`);
    expect(await shell('sha256sum /tmp/in-band.img')).to.equal(`${sha256}  /tmp/in-band.img`);
  });

  it('runs the new version after the other slot was written and chosen', async () => {
    expect(await shell('mount -t vfat /dev/vda2 /mnt; echo rc=$?')).to.equal('rc=0');
    expect(await shell('cp /tmp/new.img /mnt/initrd.gz && sync; echo rc=$?')).to.equal('rc=0');
    expect(await shell('umount /mnt; echo rc=$?')).to.equal('rc=0');
    await shell('echo slot=2 > /flash/slot.env; sync');
    stage('slot 2 written and chosen');
    terminal.send('reboot\r');
    await terminal.expect(/reboot: Restarting system[^]*U-Boot 20/, BOOT_LIMIT_MS);
    await terminal.expect(/EdgeOS-Lab 2\.0\.0 slot=2 kernel=\S+ up/, BOOT_LIMIT_MS);
    await logIn();
    stage('reboot to shell prompt');
    expect(await shell('cat /etc/version')).to.equal('2.0.0');
    expect(await shell('cat /flash/serial.txt')).to.equal(SERIAL_NUMBER);
  });

  it('keeps slot and contents over a power cut', async () => {
    await power(false);
    expect(device.pid).to.equal(undefined);
    expect(await device.readSlot(1)).to.equal(build.images[FACTORY_VERSION].sha256);
    expect(await device.readSlot(2)).to.equal(build.images['2.0.0'].sha256);
    expect(await device.readNextSlot()).to.equal('2');
    expect((await device.spoken()).match(/EdgeOS-Lab \S+ slot=\d .* up/g)).to.have.length(2);
    await device.powerOn();
    await openConsole();
    await logIn();
    stage('power cut to shell prompt');
    expect(await shell('cat /etc/version')).to.equal('2.0.0');
  });

  it('stands at the loader prompt when the firmware of both slots is broken', async () => {
    await power(false);
    await device.corruptSlots();
    await device.powerOn();
    await openConsole();
    const fallback = 'SLOT 2 FAILED - FALLING BACK[^]*SLOT 1 FAILED - NO BOOTABLE FIRMWARE\r\n=> $';
    await terminal.expect(new RegExp(fallback), BOOT_LIMIT_MS);
    stage('power on to loader prompt, both slots broken');
    for (const command of ['loadx', 'crc32', 'fatwrite', 'unzip']) {
      expect(await loader(`help ${command}`)).to.match(new RegExp(`^${command} - `));
    }
  });

  it('is brought back over the console alone, and stays', async () => {
    const image = build.images['2.1.0'];
    stageStartMs = Date.now();
    terminal.send(`loadx ${RAMDISK_ADDRESS}\r`);
    await terminal.expect(/Ready for binary \(xmodem\).*\r\nC/, COMMAND_LIMIT_MS);
    await terminal.lend('sx', [image.path]);
    await terminal.expect(/Total Size {6}= 0x[0-9a-f]+ = (\d+) Bytes[^]*=> $/, COMMAND_LIMIT_MS);
    stage('XMODEM, 128-byte blocks');
    const sum = crc32(await readFile(image.path))
      .toString(16)
      .padStart(8, '0');
    const size = `0x${image.sizeBytes.toString(16)}`;
    expect(await loader(`crc32 ${RAMDISK_ADDRESS} ${size}`)).to.match(new RegExp(`==> ${sum}$`));
    const written = await loader(`fatwrite virtio 0:1 ${RAMDISK_ADDRESS} initrd.gz ${size}`);
    expect(written).to.include(`${String(image.sizeBytes)} bytes written`);
    await loader('setenv slot 1; run putslot');
    terminal.send('boot\r');
    await logIn();
    stage('written and booted');
    expect(await shell('cat /etc/version')).to.equal('2.1.0');
    const hash = await shell('mount -t vfat -o ro /dev/vda1 /mnt; sha256sum /mnt/initrd.gz; umount /mnt');
    expect(hash).to.equal(`${image.sha256}  /mnt/initrd.gz`);
    await power(true);
    await openConsole();
    await logIn();
    expect(await shell('cat /etc/version; cat /proc/cmdline')).to.match(/^2\.1\.0\n.*\bslot=1\b/);
  });
});

/** Asks the system for a UDP port that is free now. */
function freeUdpPort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => {
        resolve(port);
      });
    });
  });
}
