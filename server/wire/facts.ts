/** Where facts go: into what conditions and sources look at, and, as they are read, before the OS policies. */
import { reasonOf } from '../../core/errors/index.js';
import type { FactsRecord } from '../../core/facts.js';
import type { SourceFile } from '../../core/site-file.js';
import { readPolicies } from '../../schedules/index.js';
import type { Alarms } from '../alarms.js';
import type { KnownFacts } from '../known-facts.js';
import { OsPolicies } from '../os-policies.js';
import type { OsPoliciesDeps } from '../os-policies.js';
import type { Pipeline } from '../pipeline.js';
import type { PortFinder } from '../port-finder.js';
import type { Foundation } from './foundation.js';

interface Around extends Pick<OsPoliciesDeps, 'port'> {
  readonly facts: KnownFacts;
  readonly finder: PortFinder;
  readonly alarms: () => Alarms;
  readonly pipeline: () => Pipeline;
  /** The site's files as they are now. */
  readonly policies: () => readonly SourceFile[];
}

type TakeFacts = (portId: string, record: FactsRecord) => void;

/** `factsKnown` takes what former runs have read, `factsRead` what was read just now. */
export function factsOf(
  { clock, log }: Foundation,
  { facts, finder, port, alarms, pipeline, policies }: Around,
): { readonly factsKnown: TakeFacts; readonly factsRead: TakeFacts } {
  const osPolicies = new OsPolicies({
    ...{ clock, port },
    alarms: {
      raise: (place, kind, message) => alarms().raise(place, kind, message),
      clear: (place, kind) => alarms().clear(place, kind),
    },
    policies: () => readPolicies(policies()).policies,
    accept: (event) => pipeline().take(event),
  });
  const factsKnown: TakeFacts = (portId, record) => {
    facts.read(portId, record);
    finder.factsRead(portId, record);
  };
  const factsRead: TakeFacts = (portId, record) => {
    factsKnown(portId, record);
    osPolicies.judge(portId, record).catch((error: unknown) => {
      log.error('OS policy not judged', { port: portId, reason: reasonOf(error) });
    });
  };
  return { factsKnown, factsRead };
}
