// What this device remembers of its user: language, appearance, places used last. Nothing leaves the device.
export function recall<T>(key: string, otherwise: T): T {
  try {
    const text = window.localStorage.getItem(`kaiteki.${key}`);
    return text === null ? otherwise : (JSON.parse(text) as T);
  } catch {
    return otherwise;
  }
}

export function remember(key: string, value: unknown): void {
  try {
    window.localStorage.setItem(`kaiteki.${key}`, JSON.stringify(value));
  } catch {
    // A browser that keeps nothing loses a convenience only.
  }
}
