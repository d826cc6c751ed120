/**
 * Fetches packages of another Debian architecture without touching the machine's own package state: apt runs with
 * its lists, cache and status in a private folder (apt.conf(5), "Dir" and "APT::Architecture").
 */
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './program.js';

const ARCHITECTURE = 'arm64';

/** Follows the kernel that the archive has now; the archive drops each version when the next one arrives. */
const KERNEL_METAPACKAGE = 'linux-image-cloud-arm64';

/** busybox of the firmware; lrzsz and the C library that it is linked to, because Debian's busybox has no `rx`. */
const TOOLS = ['busybox-static', 'lrzsz', 'libc6'] as const;

/** Where the machine names its package sources. */
const SYSTEM_SOURCES = '/etc/apt';

/** What the device needs of the archive, unpacked. */
export interface UnpackedPackages {
  /** File system root with `bin/busybox`, `usr/bin/rx`, the C library, `boot/vmlinuz-*` and `lib/modules/*`. */
  readonly root: string;
  /** Name of the kernel package that was found. */
  readonly kernelPackage: string;
}

/**
 * Downloads and unpacks the arm64 kernel and tools.
 *
 * @param folder - private folder for apt's state, the packages and the unpacked tree; created
 * @returns where the packages were unpacked
 * @throws Error when the archive cannot be reached or has no such packages
 */
export async function fetchPackages(folder: string): Promise<UnpackedPackages> {
  const options = await privateAptOptions(folder);
  await run('apt-get', [...options, '-q', 'update'], folder);
  const kernelPackage = await findKernelPackage(options, folder);
  await run('apt-get', [...options, '-q', 'download', ...TOOLS, kernelPackage], folder);
  const root = join(folder, 'root');
  for (const name of await readdir(folder)) {
    if (name.endsWith('.deb')) await run('dpkg-deb', ['-x', name, root], folder);
  }
  return { root, kernelPackage };
}

/** Lays out the folders which apt expects to exist and returns the options that make it use them. */
async function privateAptOptions(folder: string): Promise<readonly string[]> {
  const sources = join(folder, 'sources');
  await mkdir(join(folder, 'lists/partial'), { recursive: true });
  await mkdir(join(folder, 'cache/archives/partial'), { recursive: true });
  await mkdir(sources, { recursive: true });
  await copyDebianSources(sources);
  const settings = {
    'APT::Architecture': ARCHITECTURE,
    'APT::Architectures': ARCHITECTURE,
    'APT::Sandbox::User': '',
    'Acquire::Languages': 'none',
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(folder, 'cache'),
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': sources,
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

/** Copies the machine's Debian sources; those of other vendors have no arm64 kernel and may refuse the architecture. */
async function copyDebianSources(target: string): Promise<void> {
  const parts = join(SYSTEM_SOURCES, 'sources.list.d');
  let copied = 0;
  for (const name of await readdir(parts).catch(() => [])) {
    const text = await readFile(join(parts, name), 'utf8');
    if (!/\bdebian(-security)?\b/.test(text) || !/\.(list|sources)$/.test(name)) continue;
    await copyFile(join(parts, name), join(target, name));
    copied += 1;
  }
  const list = join(SYSTEM_SOURCES, 'sources.list');
  const lines = await stat(list).then(
    () => readFile(list, 'utf8'),
    () => '',
  );
  const debianLines = lines.split('\n').filter((line) => /^deb\b.*\bdebian(-security)?\b/.test(line));
  if (debianLines.length > 0) await writeFile(join(target, 'main.list'), debianLines.join('\n') + '\n');
  if (copied + debianLines.length === 0)
    throw new Error(`${SYSTEM_SOURCES}: expected a Debian package source, found none`);
}

/** Asks the metapackage which kernel package it stands for today. */
async function findKernelPackage(options: readonly string[], folder: string): Promise<string> {
  const output = (await run('apt-cache', [...options, 'depends', KERNEL_METAPACKAGE], folder)).toString();
  const name = /Depends: (linux-image-\S+)/.exec(output)?.[1];
  if (name === undefined) throw new Error(`${KERNEL_METAPACKAGE}: expected a dependency on a kernel, got: ${output}`);
  return name;
}
