import { languageTag, t } from '../../base/words/l10n';

/** About VS Code's agent sessions, in which models of extensions are hidden unless two settings say otherwise. */
export const agentSessionWords = {
  unsupported: t('This version of VS Code has no agent sessions that could show Kiro models.'),
  hidden: (settings: readonly string[]) =>
    t(
      'Kiro models are hidden in this kind of chat, VS Code’s agent sessions. Show Them Here turns on {0}, which VS Code calls experimental, and may need the window to be reloaded.',
      new Intl.ListFormat(languageTag()).format(settings),
    ),
  hiddenInPage: t(
    'Kiro models are hidden in this kind of chat: in a browser, VS Code shows no models of extensions in agent sessions.',
  ),
  show: t('Show Them Here'),
  useLocal: t('Use the Local Chat'),
  told: t(
    'Kiro models are shown in agent sessions. Where they are not yet there, reload the window. VS Code does not use them for titles and summaries there.',
  ),
  reload: t('Reload Window'),
  undo: t('Undo'),
  undone: t('The settings of agent sessions are what they were before.'),
  chosen: t(
    'The settings that show models of extensions in agent sessions were chosen already. They stay as they are.',
  ),
  openSettings: t('Open Settings'),
};
