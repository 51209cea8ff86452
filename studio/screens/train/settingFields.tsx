import { settingsOf, type ChangedSettings, type PlainValue, type Preset } from './settings.js';

interface SettingProps {
  preset: Preset;
  changed: ChangedSettings;
  onChange: (changed: ChangedSettings) => void;
}

/** A field for each plain value of a preset; the server checks them against the rules of the detector. */
export function SettingFields({ preset, changed, onChange }: SettingProps) {
  const values = settingsOf(preset);
  const set = (name: string, value: PlainValue) => {
    const { [name]: _before, ...others } = changed;
    onChange(value === values[name] ? others : { ...others, [name]: value });
  };
  return (
    <div class="settings">
      {Object.entries(values).map(([name, value]) => (
        <Setting key={name} name={name} value={changed[name] ?? value} onChange={(next) => set(name, next)} />
      ))}
    </div>
  );
}

interface FieldProps {
  name: string;
  value: PlainValue;
  onChange: (value: PlainValue) => void;
}

function Setting({ name, value, onChange }: FieldProps) {
  if (typeof value === 'boolean') {
    return (
      <label class="option">
        <input type="checkbox" checked={value} onChange={(event) => onChange(event.currentTarget.checked)} /> {name}
      </label>
    );
  }
  const change = ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
    const text = currentTarget.value;
    if (typeof value === 'string') onChange(text);
    else if (Number.isFinite(Number.parseFloat(text))) onChange(Number.parseFloat(text));
  };
  return (
    <label class="field">
      <span>{name}</span>
      {typeof value === 'number' ? (
        <input type="number" step="any" {...{ value, onChange: change }} />
      ) : (
        <input type="text" {...{ value, onChange: change }} />
      )}
    </label>
  );
}
