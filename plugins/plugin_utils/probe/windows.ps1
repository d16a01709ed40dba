# The probe that runs on a Windows PC (PowerShell 5.1): dumps a fixed list of CIM classes and registry values
# as one framed JSON and changes nothing. What they mean is the parsers' business (facts/windows.py).
# It was written from Microsoft's documentation and has not been run on a real Windows PC.
param([switch]$Packages)

Set-StrictMode -Version 2.0
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$clock = [Diagnostics.Stopwatch]::StartNew()

$rowLimit = 512
$packageLimit = 20000
$textLimit = 1024
$secondsPerClass = 10
$secondsInTotal = 60
$jsonLimit = 4MB

$cim = [ordered]@{}
$registry = [ordered]@{}

function ConvertTo-Plain($value) {
    if ($null -eq $value -or $value -is [bool]) { return $value }
    if ($value -is [datetime]) { return $value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ') }
    if ($value -is [string]) {
        if ($value.Length -gt $textLimit) { return $value.Substring(0, $textLimit) }
        return $value
    }
    if ($value -is [array]) { return , @($value | Select-Object -First $rowLimit | ForEach-Object { ConvertTo-Plain $_ }) }
    if ($value.GetType().IsPrimitive) { return $value }
    return [string]$value
}

function ConvertTo-Failure($record) {
    $exception = $record.Exception
    $code = ''
    if ($exception.PSObject.Properties['NativeErrorCode']) { $code = [string]$exception.NativeErrorCode }
    $detail = [string]$exception.Message
    if ($detail.Length -gt 200) { $detail = $detail.Substring(0, 200) }
    $kind = 'unreadable'
    if ($code -match 'InvalidClass|InvalidNamespace|NotFound|NotSupported') { $kind = 'absent' }
    elseif ($code -eq 'AccessDenied' -or $exception -is [UnauthorizedAccessException]) { $kind = 'denied' }
    elseif ($exception -is [TimeoutException]) { $kind = 'timeout' }
    return [ordered]@{ error = $kind; detail = $detail }
}

function Select-Properties($instances, [string[]]$properties) {
    foreach ($instance in @($instances | Select-Object -First $rowLimit)) {
        $row = [ordered]@{}
        foreach ($name in $properties) {
            $property = $instance.CimInstanceProperties[$name]
            if ($null -ne $property -and $null -ne $property.Value) { $row[$name] = ConvertTo-Plain $property.Value }
        }
        $row
    }
}

function Read-Class([string]$class, [string[]]$properties, [string]$namespace = 'root/cimv2', [string]$filter = '') {
    if ($clock.Elapsed.TotalSeconds -gt $secondsInTotal) {
        $cim[$class] = [ordered]@{ error = 'timeout' }
        return
    }
    try {
        $arguments = @{ ClassName = $class; Namespace = $namespace; OperationTimeoutSec = $secondsPerClass }
        if ($filter) { $arguments['Filter'] = $filter }
        $cim[$class] = @(Select-Properties (Get-CimInstance @arguments) $properties)
    } catch {
        $cim[$class] = ConvertTo-Failure $_
    }
}

function Read-Key([string]$key, [string[]]$names) {
    try {
        $item = Get-Item -LiteralPath ('Registry::' + ($key -replace '^HKLM', 'HKEY_LOCAL_MACHINE'))
        $values = [ordered]@{}
        foreach ($name in $names) {
            $value = $item.GetValue($name)
            if ($value -is [byte[]]) { $values[$name] = [Convert]::ToBase64String($value, 0, [Math]::Min($value.Length, 32768)) }
            elseif ($null -ne $value) { $values[$name] = ConvertTo-Plain $value }
        }
        $registry[$key] = $values
    } catch [System.Management.Automation.ItemNotFoundException] {
        $registry[$key] = [ordered]@{ error = 'absent' }
    } catch {
        $registry[$key] = ConvertTo-Failure $_
    }
}

Read-Class Win32_BIOS Manufacturer, SMBIOSBIOSVersion, ReleaseDate, SMBIOSMajorVersion, SMBIOSMinorVersion, SerialNumber
Read-Class Win32_ComputerSystem Manufacturer, Model, SystemFamily, SystemSKUNumber, TotalPhysicalMemory, DNSHostName
Read-Class Win32_ComputerSystemProduct Vendor, Name, Version, IdentifyingNumber, UUID
Read-Class Win32_BaseBoard Manufacturer, Product, Version, SerialNumber
Read-Class Win32_SystemEnclosure Manufacturer, ChassisTypes, Version, SerialNumber, SMBIOSAssetTag
Read-Class Win32_Processor SocketDesignation, Manufacturer, Name, NumberOfCores, NumberOfLogicalProcessors, MaxClockSpeed, Architecture, AddressWidth
Read-Class Win32_PhysicalMemory Tag, DeviceLocator, BankLabel, Capacity, FormFactor, SMBIOSMemoryType, Speed, ConfiguredClockSpeed, Manufacturer, PartNumber, SerialNumber, Attributes
Read-Class Win32_PhysicalMemoryArray Tag, Location, Use, MemoryErrorCorrection, MaxCapacity, MaxCapacityEx, MemoryDevices
Read-Class Win32_DiskDrive Index, Model, SerialNumber, Size, InterfaceType, MediaType, FirmwareRevision, PNPDeviceID
Read-Class Win32_CDROMDrive Drive, Name, Manufacturer, MfrAssignedRevisionLevel
Read-Class Win32_VideoController Name, AdapterCompatibility, PNPDeviceID
Read-Class Win32_NetworkAdapter InterfaceIndex, NetConnectionID, Name, Manufacturer, MACAddress, PNPDeviceID, PhysicalAdapter, ServiceName
Read-Class Win32_NetworkAdapterConfiguration InterfaceIndex, IPAddress, MACAddress 'root/cimv2' 'IPEnabled = TRUE'
Read-Class MSFT_NetAdapter InterfaceIndex, Name, InterfaceDescription, PermanentAddress, HardwareInterface, PnPDeviceID 'root/StandardCimv2'
Read-Class Win32_Battery DeviceID, Name, Chemistry, DesignCapacity, EstimatedChargeRemaining
Read-Class BatteryStaticData InstanceName, DeviceName, ManufactureName, SerialNumber, DesignedCapacity 'root/wmi'
Read-Class BatteryFullChargedCapacity InstanceName, FullChargedCapacity 'root/wmi'
Read-Class BatteryCycleCount InstanceName, CycleCount 'root/wmi'
Read-Class Win32_Tpm SpecVersion, ManufacturerIdTxt 'root/cimv2/Security/MicrosoftTpm'
Read-Class Win32_OperatingSystem Caption, Version, BuildNumber, OSArchitecture, LastBootUpTime, CSName
Read-Class UWF_Filter CurrentEnabled, NextEnabled 'root/standardcimv2/embedded'
Read-Class Win32_LogonSession LogonId, LogonType, StartTime 'root/cimv2' 'LogonType = 2 OR LogonType = 10 OR LogonType = 11'
Read-Class Win32_PnPEntity DeviceID, Name, Manufacturer, CompatibleID 'root/cimv2' "DeviceID LIKE 'USB\\VID[_]%'"
Read-Class WmiMonitorID InstanceName, ManufacturerName, ProductCodeID, SerialNumberID, UserFriendlyName, WeekOfManufacture, YearOfManufacture 'root/wmi' 'Active = TRUE'

# References and associations are not plain properties.
try {
    $cim['Win32_LoggedOnUser'] = @(
        Get-CimInstance -ClassName Win32_LoggedOnUser -OperationTimeoutSec $secondsPerClass |
            Select-Object -First $rowLimit |
            ForEach-Object {
                [ordered]@{ Domain = $_.Antecedent.Domain; Name = $_.Antecedent.Name; LogonId = $_.Dependent.LogonId }
            }
    )
} catch { $cim['Win32_LoggedOnUser'] = ConvertTo-Failure $_ }

try {
    $storage = 'root/Microsoft/Windows/Storage'
    $disks = @(Get-CimInstance -ClassName MSFT_PhysicalDisk -Namespace $storage -OperationTimeoutSec $secondsPerClass)
    $cim['MSFT_PhysicalDisk'] = @(Select-Properties $disks @('DeviceId', 'FriendlyName', 'Model', 'Manufacturer', 'SerialNumber', 'AdapterSerialNumber', 'UniqueId', 'UniqueIdFormat', 'BusType', 'MediaType', 'Size', 'FirmwareVersion', 'HealthStatus'))
    try {
        $counters = @($disks | Select-Object -First 64 | ForEach-Object {
                Get-CimAssociatedInstance -InputObject $_ -ResultClassName MSFT_StorageReliabilityCounter -OperationTimeoutSec $secondsPerClass
            })
        $cim['MSFT_StorageReliabilityCounter'] = @(Select-Properties $counters @('DeviceId', 'Temperature', 'Wear', 'PowerOnHours', 'ReadErrorsUncorrected'))
    } catch { $cim['MSFT_StorageReliabilityCounter'] = ConvertTo-Failure $_ }
} catch { $cim['MSFT_PhysicalDisk'] = ConvertTo-Failure $_ }

Read-Key 'HKLM\SYSTEM\CurrentControlSet\Control' PEFirmwareType
Read-Key 'HKLM\SYSTEM\CurrentControlSet\Control\SecureBoot\State' UEFISecureBootEnabled
Read-Key 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion' ProductName, DisplayVersion, ReleaseId, CurrentBuild, UBR

if ($cim['WmiMonitorID'] -is [array]) {
    foreach ($monitor in $cim['WmiMonitorID']) {
        $instance = $monitor['InstanceName'] -replace '_\d+$', ''
        if ($instance -match '^DISPLAY\\[^\\]+\\[^\\]+$') {
            Read-Key "HKLM\SYSTEM\CurrentControlSet\Enum\$instance\Device Parameters" EDID
        }
    }
}

if ($Packages) {
    try {
        $cim['Uninstall'] = @(
            foreach ($view in @(@('HKEY_LOCAL_MACHINE\SOFTWARE', ''), @('HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node', 'x86'))) {
                $root = "Registry::$($view[0])\Microsoft\Windows\CurrentVersion\Uninstall"
                if (-not (Test-Path -LiteralPath $root)) { continue }
                foreach ($item in @(Get-ChildItem -LiteralPath $root | Select-Object -First $packageLimit)) {
                    $name = $item.GetValue('DisplayName')
                    if ($name) {
                        [ordered]@{
                            DisplayName = ConvertTo-Plain ([string]$name)
                            DisplayVersion = ConvertTo-Plain ([string]$item.GetValue('DisplayVersion'))
                            Architecture = $view[1]
                        }
                    }
                }
            }
        )
    } catch { $cim['Uninstall'] = ConvertTo-Failure $_ }
}

$evidence = [ordered]@{ v = 1; probe = 'windows'; root = '/'; elapsed_ms = [int]$clock.ElapsedMilliseconds; cim = $cim; registry = $registry }
$bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $evidence -Depth 6 -Compress))
if ($bytes.Length -gt $jsonLimit) {
    foreach ($class in 'Uninstall', 'Win32_PnPEntity') { $cim[$class] = [ordered]@{ error = 'too_large' } }
    $bytes = [Text.Encoding]::UTF8.GetBytes((ConvertTo-Json -InputObject $evidence -Depth 6 -Compress))
}
$memory = New-Object IO.MemoryStream
$gzip = New-Object IO.Compression.GZipStream($memory, [IO.Compression.CompressionMode]::Compress)
$gzip.Write($bytes, 0, $bytes.Length)
$gzip.Dispose()
[Console]::Out.WriteLine('JIFANG<' + [Convert]::ToBase64String($memory.ToArray()) + '>GNAFIJ')
