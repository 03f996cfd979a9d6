{{/* Name of a service's objects: <release>-<service>. Takes root, key. */}}
{{- define "pilot-city.name" -}}
{{- printf "%s-%s" (.root.Release.Name | trunc 40 | trimSuffix "-") (kebabcase .key) -}}
{{- end -}}

{{/* The project's name, as in configuration keys (registry → Registry). Takes the key. */}}
{{- define "pilot-city.project" -}}
{{- printf "%s%s" (upper (substr 0 1 .)) (substr 1 -1 .) -}}
{{- end -}}

{{/* Labels that select a service's pods; they never change over the life of a release. Takes root, key. */}}
{{- define "pilot-city.selector" -}}
app.kubernetes.io/name: {{ kebabcase .key }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end -}}

{{/* All labels of a service's objects. Takes root, key, service. */}}
{{- define "pilot-city.labels" -}}
{{ include "pilot-city.selector" . }}
{{ include "pilot-city.component" . }}
app.kubernetes.io/part-of: pilot-city
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* Which side of the door a pod stands on: network policies go by it. Takes service. */}}
{{- define "pilot-city.component" -}}
app.kubernetes.io/component: {{ ternary "gateway" "service" (.service.gateway | default false) }}
{{- end -}}

{{/* The image of a service. Takes root, key, service. */}}
{{- define "pilot-city.image" -}}
{{- $images := .root.Values.images -}}
{{- .service.image | default (printf "%s/%s:%s" $images.repository (kebabcase .key) ($images.tag | default .root.Chart.AppVersion)) -}}
{{- end -}}

{{/* One egress rule to a port outside the release; without peers, to any address. Takes port, to. */}}
{{- define "pilot-city.egress" -}}
- ports:
    - port: {{ .port }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}
