/** A driver out of what a site wrote: on its own, or on top of another driver. Pure. */
import type { Driver, DriverVariant } from '../../core/driver.js';
import type { TransferMethod } from '../../core/settings.js';
import type { SiteDriver } from './schema.js';
import * as written from './written.js';

/** Where a driver of its own begins. Without `transfers` the gate refuses a push before anything is written. */
const BLANK: Driver = {
  ...{ id: '', make: '', osType: '', description: '', verifiedOn: [] },
  capabilities: { rollback: 'none', stacks: 'no', versionsRead: [] },
  dialog: {
    lineEnding: '\r',
    ...{ prompts: [], pagers: [], questions: [], failures: [], noise: [] },
    ...{ countdowns: [], bootStarts: [], secrets: [] },
  },
  login: { op: 'exec', prepare: [], failures: [] },
  facts: [],
  defaultHostnames: [],
  fileSystem: '',
  imageNames: [],
  uptimeStepSeconds: 60,
  interrupt: '\x03',
  spareBytes: 65_536,
  transfers: {},
  verify: { algorithm: 'shown', exchange: { silenceMs: 1, success: '(?!)' } },
  activate: { kind: 'overwrite', install: [], select: [], undo: [], commit: [] },
  reload: { exchange: { silenceMs: 1 }, story: '', seenWithinMs: 1 },
  boot: {
    ...{ milestones: [], banner: '(?!)', expectedBoots: 1, done: ['login', 'user', 'exec'] },
    // vendors §6: the longest of the platforms there is 45 minutes; most are up in 15.
    ...{ capMs: 15 * 60_000, loaderStandsMs: 10_000 },
  },
};

/** `base`: the driver that `extends` names. */
export function buildDriver(site: SiteDriver, base: Driver = BLANK): Driver {
  const { dialog, login, boot, facts, alsoReads, config, verify, activate, reload, loader } = site;
  const table = written.dialog(dialog, base.dialog);
  return {
    ...base,
    ...plainParts(site),
    capabilities: { ...base.capabilities, ...site.capabilities },
    // What was seen working was the other driver.
    verifiedOn: site.verifiedOn ?? [],
    slots: { ...base.slots, ...site.slots },
    uptimeStepSeconds: written.durationMs(site.uptimeStep, base.uptimeStepSeconds * 1000) / 1000,
    settleMs: written.durationMs(site.settle, base.settleMs ?? 0),
    dialog: table,
    login: written.login(login, base.login),
    boot: written.boot(boot, base.boot),
    transfers: { ...base.transfers, ...transfersOf(site) },
    ...(facts === undefined ? {} : { facts: written.factCommands(facts) }),
    ...(alsoReads === undefined ? {} : { alsoReads: written.factCommands(alsoReads) }),
    ...(config === undefined ? {} : { config: written.config(config) }),
    ...(verify === undefined ? {} : { verify: written.verify(verify) }),
    ...(activate === undefined ? {} : { activate: written.activate(activate) }),
    ...(reload === undefined ? {} : { reload: written.reload(reload) }),
    ...(loader === undefined ? {} : { loader: written.loader(loader, table) }),
    variants: variantsOf(site, base),
  };
}

/** Parts that are written as they are used. */
function plainParts(site: SiteDriver): Partial<Driver> {
  const names = ['id', 'make', 'osType', 'description', 'defaultHostnames', 'fileSystem', 'imagePlace'] as const;
  const more = ['platforms', 'imageNames', 'interrupt', 'spareBytes', 'slotNames'] as const;
  return Object.fromEntries(
    [...names, ...more].flatMap((name) => (site[name] === undefined ? [] : [[name, site[name]]])),
  );
}

function transfersOf({ transfers = {} }: SiteDriver): Driver['transfers'] {
  return Object.fromEntries(
    (Object.entries(transfers) as [TransferMethod, Parameters<typeof written.transfer>[0]][]).map(([method, one]) => [
      method,
      written.transfer(one),
    ]),
  );
}

/** What a site says itself holds for every variant. */
function variantsOf(site: SiteDriver, { variants = [] }: Driver): readonly DriverVariant[] {
  return variants.map((variant) => {
    const parts = Object.entries(variant).filter(([name]) => !Object.hasOwn(site, name) || name === 'id');
    return Object.fromEntries(parts) as unknown as DriverVariant;
  });
}
