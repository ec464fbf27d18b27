/** About VS Code's agent sessions, in which models of extensions are hidden unless two settings say otherwise. */
export const agentSessionWords = {
  unsupported: 'This version of VS Code has no agent sessions that could show Kiro models.',
  offer: (settings: readonly string[]) =>
    `VS Code’s agent sessions hide models of extensions. Show Kiro models there? This turns on ${settings.join(' and ')}, ` +
    'which VS Code calls experimental.',
  show: 'Show Them There',
  told: 'Kiro models are shown in agent sessions. Where they are not yet there, reload the window. VS Code does not use them for titles and summaries there.',
  undo: 'Undo',
  undone: 'The settings of agent sessions are what they were before.',
  chosen:
    'The settings that show models of extensions in agent sessions were chosen already. They stay as they are.',
  openSettings: 'Open Settings',
};
