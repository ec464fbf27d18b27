/**
 * Commands that the page objects run by a key of their own. The palette would do, but it closes menus and moves the focus on its way,
 * and a click goes to whatever lies on top.
 */
const KEYS = {
  'workbench.panel.chat.view.copilot.focus': 'C',
  'workbench.action.focusActiveEditorGroup': 'E',
  'workbench.action.chat.newChat': 'N',
  'workbench.action.closeAllEditors': 'W',
  'notifications.clearAll': 'X',
} as const;

export type ShortcutCommand = keyof typeof KEYS;

/** What a person would write into `keybindings.json`. */
export const keybindings = Object.entries(KEYS).map(([command, key]) => ({
  key: `ctrl+alt+shift+${key.toLowerCase()}`,
  command,
}));

/** The keys of a command, in the browser's words. */
export function keysOf(command: ShortcutCommand): string {
  return `Control+Alt+Shift+Key${KEYS[command]}`;
}
