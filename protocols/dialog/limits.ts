/**
 * Named limits and times of the console dialogue, with the reason for each.
 * "vendors §n" is the project's collection of vendor dialogues; times are ms.
 */

/** A line longer than this is broken: a TFTP copy of 85 MB prints some 16 000 `!` in one line (vendors §5.1.1). */
export const LINE_CHARS_MAX = 32_768;
/** Lines that wait for somebody to read them; older ones are dropped and counted. */
export const QUEUE_LINES_MAX = 20_000;
/** Characters that wait for somebody to read them: a full boot log is some 100 KB. */
export const QUEUE_CHARS_MAX = 2 * 1024 * 1024;
/** One answer: `show tech` runs to some MB; past this nobody reads it. */
export const ANSWER_CHARS_MAX = 8 * 1024 * 1024;
/** Boot text that is kept; a boot loop must not fill the memory. */
export const BOOT_TEXT_CHARS_MAX = 1024 * 1024;
/** An escape sequence longer than this is noise on the line, not a sequence. */
export const ESCAPE_CHARS_MAX = 256;

/** Prompts are judged after a quiet gap of 100 to 300 ms (vendors §2): console servers deliver in bursts. */
export const QUIET_MS = 250;
/** The very prompt that stood before the command needs less proof. */
export const QUIET_KNOWN_PROMPT_MS = 100;
/** A device that echoes has not answered before it echoed: a prompt without echo may be a former one, late. */
export const ECHO_PATIENCE_MS = 1_000;
/** Lines that may come between a command and its echo: late output and log messages without a known form. */
export const ECHO_LINES_MAX = 4;
/** Text that stands this long and has the form of a question is one. */
export const QUESTION_STANDS_MS = 3_000;
/** A colon at the end is a question less surely: `Loading x (via GigabitEthernet0/0): ` waits for the first block. */
export const COLON_STANDS_MS = 15_000;
/** A keystroke that was shown and not taken by now is read by a device that wants a RETURN behind it. */
export const KEY_WAITS_MS = 2_000;
/** A prompt that was not asked for stands this long before it counts: the device may still be moving on. */
export const UNEXPECTED_STANDS_MS = 2_000;
/** A prompt with a log message behind it: nothing else for this long, then one RETURN. */
export const PROBE_AFTER_MS = 2_000;
/** Boot text in an answer: if no prompt stands this long after it, the device has restarted; else it was only shown. */
export const BOOT_CONFIRM_MS = 2_000;
/** The same question answered more often than this in one exchange is not understood. */
export const SAME_QUESTION_MAX = 5;
/** Pages of one answer: past this the pager row matches something else. */
export const PAGES_MAX = 100_000;
/** Total time of an exchange that names none, in silences. */
export const TOTAL_SILENCES = 20;

/** First listening on a line of which nothing was heard yet: boot countdowns speak every second. */
export const LISTEN_FIRST_MS = 1_200;
/**
 * First listening on a console that was away and is back: its device may have been switched on this moment, and a key
 * that waits for its boot loader would stop the countdown. First words come 0.4 to 1.5 s after power (U-Boot in QEMU).
 */
export const LISTEN_BACK_MS = 3_000;
/** RETURNs typed at a line that stands quiet: a getty may take the first one as its speed check. */
export const WAKES_MAX = 2;
/** A prompt at which no RETURN may be typed (password, loader, setup) counts once it has stood this long. */
export const PROMPT_STANDS_MS = 2_000;
/** After boot text: a prompt within this time, or the device is booting. */
export const BOOT_SETTLE_MS = 3_000;
/** Longest classification of a line that never falls quiet, in silences. */
export const CLASSIFY_SILENCES = 4;

/** Longest silence during login (vendors §6: 30 s). */
export const LOGIN_SILENCE_MS = 30_000;

/** A prompt that ends a boot must stand this long: kernel messages and `rc` output end in anything. */
export const UP_STANDS_MS = 1_000;
/** A prompt after a boot that is none of the wanted ones, or is covered by log messages: up, but with more patience. */
export const UP_STANDS_LONG_MS = 5_000;
/** A prompt although nothing of a boot was seen: the console may be silent while it boots. Facts decide later. */
export const UP_UNSEEN_STANDS_MS = 60_000;
/** `Press RETURN` is answered again after this if nothing came: the first key may drown in log messages. */
export const PRESS_AGAIN_MS = 10_000;
/** RETURNs typed at `Press RETURN` in one boot. */
export const PRESSES_MAX = 3;
