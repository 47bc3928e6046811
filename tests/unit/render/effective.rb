# Prints what Vagrant makes of the Vagrantfile in the current folder: `vagrant validate` does not see a storage key
# that vagrant-libvirt does not know. Needs neither a box nor libvirt.
require "json"
require "vagrant"

environment = Vagrant::Environment.new(cwd: Dir.pwd, ui_class: Vagrant::UI::Silent)
machines = environment.vagrantfile.machine_names.to_h do |name|
  config = environment.vagrantfile.machine_config(name, :libvirt, nil)[:config]
  libvirt = config.vm.get_provider_config(:libvirt)
  networks = config.vm.networks.map { |_, options| options.reject { |key, _| key == :id } }
  [name, {
    box: [config.vm.box, config.vm.box_version], insert_key: config.ssh.insert_key, networks: networks,
    disks: libvirt.disks, serials: libvirt.serials, memory: libvirt.memory, cpus: libvirt.cpus, driver: libvirt.driver,
    cpu: [libvirt.cpu_mode, libvirt.cpu_model], features: libvirt.features, prefix: libvirt.default_prefix,
    kernel: [libvirt.kernel, libvirt.initrd, libvirt.cmd_line], description: libvirt.description,
    management: [libvirt.management_network_name, libvirt.management_network_address, libvirt.management_network_mode,
                 libvirt.management_network_mac, libvirt.management_network_keep],
    synced: config.vm.synced_folders.reject { |_, options| options[:disabled] }.keys,
  }]
end
hook = Vagrant::Action::Hook.new
Vagrant.plugin("2").manager.action_hooks(:start_domain).each { |block| block.call(hook) }
puts "BEFORE A START " + JSON.generate(hook.prepend_hooks.map { |item| item.middleware.name })
puts "EFFECTIVE" + JSON.generate(machines)
