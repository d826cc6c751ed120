/** The download command of an operating system, where it has one: what it takes beside core images, and how it can be told. */
import type { Exchange, QuestionRow } from './dialog-table.js';
import type { ImageNameRow } from './image-name.js';
import type { TransferMethod } from './settings.js';
import type { Transfers, UploadProcedure } from './transfer-procedure.js';
import type { ShownProcedure } from './verify-procedure.js';

/** Packages that are installed beside a core image. */
export interface ModuleFiles {
  readonly ending: string;
  /** Names that begin as those of core images do: their version is that of the core image that they are for. */
  readonly names: readonly ImageNameRow[];
  /** So many leading numbers of both versions must be equal. */
  readonly sameNumbers: number;
  /** Captures `core`: the version of the core image on `{{partition}}`. */
  readonly coreOn: Exchange;
  /** Modules that must come with a core image older than `ownFrom` where `shown` captures `module` on `{{slot}}`. */
  readonly needed: readonly {
    readonly name: string;
    readonly ending: string;
    readonly ownFrom: string;
    readonly shown: Exchange;
  }[];
}

/** Files that are neither core images nor modules: configurations, policies, scripts, keys. */
export interface CustomerFiles {
  readonly endings: readonly string[];
  readonly transfers: Transfers;
  /** `size` and `file` are those of the stored file. */
  readonly shown: ShownProcedure;
  /** Each capture is a file that the device uses, and that is not written over. */
  readonly inUse: Exchange;
}

/** What a crash left behind, and how it is brought to our server before a download takes it away. */
export interface DumpFiles {
  readonly list: Exchange;
  /** A line of the list; groups `size` and `file`. */
  readonly file: string;
  /** By method; `dump` is the file on the device. */
  readonly uploads: Readonly<Partial<Record<TransferMethod, UploadProcedure>>>;
  /** The warning that is then accepted. */
  readonly warning: string;
}

/** An option that names one unit: the slot of a stack, a management module. */
export interface UnitOption {
  /** The slot of exchanges that it fills: `property.onSlot`. */
  readonly property: string;
  /** How the unit is called where images are shown; `{{unit}}` is the option's value. */
  readonly shownAs: string;
}

/** What the OS's own `download image` command takes. */
export interface DownloadCommand {
  /** Endings of the files that it installs. */
  readonly endings: readonly string[];
  /** Characters of a file's name and of a host's, as the inside of a character class. */
  readonly fileCharacters: string;
  readonly hostCharacters: string;
  /** The first version that can be told a block size, and the sizes that it takes, bytes without the TFTP header. */
  readonly blockSize?: { readonly since: string; readonly least: number; readonly most: number };
  /** Warnings that a job may accept, by name; each is a question that the dialogue refuses else. */
  readonly warnings: Readonly<Record<string, QuestionRow>>;
  /** Absent: it has core images only. */
  readonly modules?: ModuleFiles;
  /** Absent: it takes no other files. */
  readonly files?: CustomerFiles;
  /** Absent: nothing is known that could be moved off. */
  readonly dumps?: DumpFiles;
  /** From a card or stick in the device: releases that can, and the commands. Absent: none can. */
  readonly memoryCard?: { readonly since: string; readonly before?: string; readonly exchanges: readonly Exchange[] };
  /** The question that is answered so that the image is brought and not installed, and the methods that ask it. */
  readonly keep?: { readonly question: QuestionRow; readonly methods: readonly TransferMethod[] };
  /** By the name of the job's parameter. */
  readonly units?: Readonly<Record<'slot' | 'msm', UnitOption>>;
}
