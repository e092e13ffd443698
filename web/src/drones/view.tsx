export function DronesView(_: { parameters: Readonly<Record<string, string>> }) { return <div />; }
