# What the Unified Write Filter is now and after the next start, and who is logged in. Changes nothing.
# It was written from Microsoft's documentation and has not been run on a real Windows PC.
Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$namespace = 'root/standardcimv2/embedded'
$told = @{ current = $null; next = $null; overlay = ''; overlay_mb = 0; volumes = @(); files = @(); keys = @(); users = @() }

try {
    $filter = Get-CimInstance -Namespace $namespace -ClassName UWF_Filter
    if ($filter) {
        $told.current = [bool]$filter.CurrentEnabled
        $told.next = [bool]$filter.NextEnabled
        $overlay = Get-CimInstance -Namespace $namespace -ClassName UWF_OverlayConfig -Filter 'CurrentSession = FALSE'
        $told.overlay = @('RAM', 'DISK')[[int]$overlay.Type]
        $told.overlay_mb = [int]$overlay.MaximumSize
        $volumes = @(Get-CimInstance -Namespace $namespace -ClassName UWF_Volume -Filter 'CurrentSession = FALSE')
        foreach ($volume in $volumes) {
            if ($volume.Protected) { $told.volumes += [string]$volume.DriveLetter }
            $exclusions = Invoke-CimMethod -InputObject $volume -MethodName GetExclusions
            foreach ($exclusion in @($exclusions.ExcludedFiles)) {
                if ($exclusion) { $told.files += [string]$volume.DriveLetter + [string]$exclusion.FileName }
            }
        }
        $registry = Get-CimInstance -Namespace $namespace -ClassName UWF_RegistryFilter -Filter 'CurrentSession = FALSE'
        $exclusions = Invoke-CimMethod -InputObject $registry -MethodName GetExclusions
        foreach ($exclusion in @($exclusions.ExcludedKeys)) {
            if ($exclusion) { $told.keys += [string]$exclusion.RegistryKey }
        }
    }
} catch [Microsoft.Management.Infrastructure.CimException] {
    if ($_.Exception.NativeErrorCode -notin 'InvalidNamespace', 'InvalidClass', 'NotFound') { throw }
}

foreach ($shell in @(Get-CimInstance -ClassName Win32_Process -Filter "Name = 'explorer.exe'")) {
    $owner = Invoke-CimMethod -InputObject $shell -MethodName GetOwner
    if ($owner.User -and $told.users -notcontains $owner.User) { $told.users += [string]$owner.User }
}

$Ansible.Changed = $false
$Ansible.Result = $told
