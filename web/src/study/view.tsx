export function StudyView(_: { parameters: Readonly<Record<string, string>> }) { return <div />; }
