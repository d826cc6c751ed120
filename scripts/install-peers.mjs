/** Installs the Debian packages of the foreign programs that tests talk to (peer-packages.json), where it may. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Asked by maintainer scripts before they start a server. */
const POLICY = '/usr/sbin/policy-rc.d';
const PACKAGES = JSON.parse(readFileSync(new URL('peer-packages.json', import.meta.url), 'utf8'));

/** @returns counts for a Tally: under `CI=true` a missing peer is a failure, elsewhere it shows as skipped tests */
export function installPeers() {
  let missing = missingPackages();
  if (missing.length > 0) missing = install(missing);
  if (missing.length === 0) return { passed: 0, failed: 0, skipped: 0, failures: [] };
  for (const { package: name, reason } of missing) console.log(`  not installed: ${name} (${reason})`);
  console.log('Tests that need them are skipped.');
  const failures = process.env.CI === 'true' ? missing.map((row) => `peer not installed: ${row.package}`) : [];
  return { passed: 0, failed: failures.length, skipped: 0, failures };
}

/** Another system than Debian has no dpkg-query: there nothing is known to be missing, and tests look for the programs. */
function missingPackages() {
  if (spawnSync('dpkg-query', ['--version'], { stdio: 'ignore' }).status !== 0) return [];
  return PACKAGES.filter((row) => !isInstalled(row.package));
}

function isInstalled(name) {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { encoding: 'utf8' });
  return stdout === 'installed';
}

/** Returns what is still missing. */
function install(missing) {
  const prefix = rootPrefix();
  if (prefix === undefined) {
    console.log('Neither root nor sudo without a password: the test peers are not installed.');
    return missing;
  }
  console.log(`Installing test peers with apt-get: ${missing.map((row) => row.package).join(' ')}`);
  const apt = (...args) => asRoot(prefix, ['apt-get', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (!apt('-q', 'update')) console.log('apt-get update failed; trying with the lists that are there.');
  const names = missing.map((row) => row.package);
  const options = ['-q', '-y', '--no-install-recommends', 'install'];
  withoutServices(prefix, () => {
    // One package that this release lacks must not keep the others out.
    if (!apt(...options, ...names)) for (const name of names) apt(...options, name);
  });
  return missingPackages();
}

/**
 * Debian starts a server when its package is installed. The tests start their own, on free ports; the machine gets none:
 * a policy-rc.d that answers 101 ("not allowed", invoke-rc.d(8)) stands while the packages are set up.
 */
function withoutServices(prefix, install) {
  if (existsSync(POLICY)) {
    install();
    return;
  }
  asRoot(prefix, ['sh', '-c', `printf '#!/bin/sh\\nexit 101\\n' > ${POLICY} && chmod 755 ${POLICY}`]);
  try {
    install();
  } finally {
    asRoot(prefix, ['rm', '-f', POLICY]);
  }
}

/** Returns whether it succeeded. */
function asRoot(prefix, command, options = {}) {
  const [program, ...args] = [...prefix, ...command];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(program, args, { stdio: 'ignore', env, ...options }).status === 0;
}

/** How to become root; undefined where that is not possible without asking. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined;
}
