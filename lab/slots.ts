/** `{{name}}` in the lab's texts. */

export type Slots = Readonly<Record<string, string>>;

/** Fills a template. An unknown name stays as it stands, so that a mistake in a device file is seen on its console. */
export function fillSlots(template: string, slots: Slots): string {
  return template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => slots[name] ?? whole);
}
