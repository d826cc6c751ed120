/** Follows one job to its verdict: the story on standard output, a bar on the terminal. Ctrl-C leaves it alone. */
import type { Event } from '../core/event.js';
import type { EntryAnswer, JobDetail } from './api-answers.js';
import { isOurs } from './cli.js';
import type { Cli } from './cli.js';
import type { EventFeed, NodeClient } from './node-client.js';
import { Story } from './story.js';

export type Followed =
  { readonly kind: 'ended'; readonly job: JobDetail } | { readonly kind: 'detached'; readonly job: JobDetail };

export interface FollowOptions {
  /** Starts the job, or finds it. Called once, when the node already listens for us. */
  readonly begin: (client: NodeClient) => Promise<JobDetail>;
  readonly print: (line: string) => void;
}

/** A node that restarts is back in seconds; its jobs go on. Longer is for a person, ms. */
const RECONNECT_FOR_MS = 60_000;
const RECONNECT_EVERY_MS = 500;

/** Told on the way; nothing of it ends a job. */
const NEVER_LAST: readonly string[] = [
  'job.story',
  'job.progress',
  'job.step',
  'job.attempt',
  'job.queued',
  'job.started',
];

/** Errors: ApiError, NODE_UNREACHABLE (the job goes on). */
export async function followJob(cli: Cli, options: FollowOptions): Promise<Followed> {
  return new Follower(cli, await cli.client(), options).run();
}

class Follower {
  readonly #cli: Cli;
  readonly #client: NodeClient;
  readonly #options: FollowOptions;
  readonly #story: Story;
  #feed: EventFeed | undefined;
  #interrupted = false;
  #job: JobDetail | undefined;

  constructor(cli: Cli, client: NodeClient, options: FollowOptions) {
    this.#cli = cli;
    this.#client = client;
    this.#options = options;
    this.#story = new Story((line) => {
      cli.io.progress.clear();
      options.print(line);
    });
  }

  async run(): Promise<Followed> {
    const stopListening = this.#cli.io.onSignal('SIGINT', () => {
      this.#interrupted = true;
      this.#feed?.close();
    });
    try {
      for (;;) {
        const job = await this.#oneConnection();
        if (job !== undefined) return job;
      }
    } catch (error) {
      if (this.#job !== undefined) this.#cli.io.err(`Job ${this.#job.id} is the node's; it goes on there.\n`);
      throw error;
    } finally {
      stopListening();
      this.#feed?.close();
      this.#cli.io.progress.clear();
    }
  }

  /** Undefined where the connection was lost: the next one goes on from what was told. */
  async #oneConnection(): Promise<Followed | undefined> {
    const { feed, job } = await this.#connect();
    try {
      if (isOver(job)) return { kind: 'ended', job };
      for await (const { event } of feed.events) {
        const over = await this.#happened(event, job.id);
        if (over !== undefined) return { kind: 'ended', job: over };
      }
    } catch (error) {
      if (isOurs(error) && error.code !== 'NODE_UNREACHABLE') throw error;
    }
    return this.#interrupted ? { kind: 'detached', job } : undefined;
  }

  /** The stream first, then the job, then what was told before: nothing falls between. */
  async #connect(): Promise<{ readonly feed: EventFeed; readonly job: JobDetail }> {
    const feed = await this.#whileAway(() => this.#client.events({ type: 'job.*' }));
    this.#feed = feed;
    const known = this.#job;
    const job =
      known === undefined
        ? await this.#options.begin(this.#client)
        : await this.#whileAway(() => this.#client.get<JobDetail>(`/jobs/${known.id}`));
    this.#job = job;
    const transcript = `/jobs/${job.id}/transcript`;
    const { entries } = await this.#whileAway(() => this.#client.get<{ entries: EntryAnswer[] }>(transcript));
    this.#story.catchUp(entries);
    if (this.#interrupted) feed.close();
    return { feed, job };
  }

  /** The first time a node that is not there is an error; later it may come back. */
  async #whileAway<T>(ask: () => Promise<T>): Promise<T> {
    const { io } = this.#cli;
    const until = io.nowMs() + RECONNECT_FOR_MS;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const away = isOurs(error) && error.code === 'NODE_UNREACHABLE';
        if (!away || this.#job === undefined || this.#interrupted || io.nowMs() > until) throw error;
        await io.sleep(RECONNECT_EVERY_MS);
      }
    }
  }

  async #happened({ type, data, time }: Event, jobId: string): Promise<JobDetail | undefined> {
    if (data['job'] !== jobId) return undefined;
    const { line, bytes, totalBytes } = data;
    if (type === 'job.story' && typeof line === 'string') this.#story.live(line, time);
    if (type === 'job.progress' && typeof bytes === 'number' && typeof totalBytes === 'number') {
      this.#cli.io.progress.update(bytes, totalBytes);
    }
    if (NEVER_LAST.includes(type)) return undefined;
    const job = await this.#client.get<JobDetail>(`/jobs/${jobId}`);
    return isOver(job) ? job : undefined;
  }
}

/** `waiting` has its verdict, `unknown`: the device could not be read and a person must look. */
function isOver(job: JobDetail): boolean {
  return job.state === 'ended' || job.state === 'waiting';
}
